import type { Analysis } from "./analysis.js";
import { escapeMarkdown, markdownNotes, markdownTables } from "./comparison-format.js";
import { configurationTable } from "./configurations.js";
import { diagnosisInWords } from "./diagnosis/diagnosis.js";
import type { Made } from "./figures/figure.js";
import { blank } from "./quantities.js";
import { decisiveAttempt, type Results } from "./results.js";
import { withoutPaths } from "../trial/paths.js";
import { printable } from "./values.js";
import { caveats, method, summaryInWords } from "./words.js";

const mostRows = 40;
/** Shown in the text; all others are linked. */
const pictures = new Set(["charts/final.png", "charts/curves-validation-accuracy.png"]);

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => escapeMarkdown(printable(cell))).join(" | ")} |`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(heads), `|${" --- |".repeat(heads.length)}`, ...rows.map(row)].join("\n");
}

function more(count: number, file: string): string[] {
  return count > 0 ? [`${count} more in \`${file}\`.`] : [];
}

function configurations(results: Results, { gains }: Analysis): string[] {
  const { heads, omitted, rows } = configurationTable(results, mostRows);
  const tested = gains.shown.filter(({ evidence }) => evidence.seeds !== null);
  const findings = new Map(tested.map(({ variant, evidence }) => [variant, evidence.finding]));
  const hasBaseline = results.baseline !== null;
  const lines = rows.map(({ variant, cells }) => [
    variant.label,
    ...cells.map(({ text }) => text),
    ...(hasBaseline ? [findings.get(variant) ?? blank] : []),
  ]);
  const columns = ["configuration", ...heads, ...(hasBaseline ? ["finding"] : [])];
  return [table(columns, lines), ...more(omitted, "summary.csv")];
}

function failures(results: Results): string[] {
  const failed = results.trials.filter(({ state }) => state === "failed");
  if (failed.length === 0) return [];
  const labels = new Map(results.variants.map(({ configuration, label }) => [configuration, label]));
  const rows = failed.slice(0, mostRows).map((trial) => {
    const attempt = decisiveAttempt(trial);
    const message = attempt?.message == null ? "" : withoutPaths(attempt.message);
    return [labels.get(trial.spec.configuration) ?? "", String(trial.spec.seed), attempt?.reason ?? blank, message];
  });
  const heads = ["configuration", "seed", "reason", "message"];
  return ["## Failures", table(heads, rows), ...more(failed.length - rows.length, "trials.csv")];
}

function missing({ plan }: Results): string[] {
  const lines = new Set(Object.values(plan.waitsFor ?? {}).flatMap((text) => text.split("\n")));
  if (lines.size === 0) return [];
  const count = Object.keys(plan.waitsFor ?? {}).length;
  const wait = count === 1 ? "1 trial waits" : `${count} trials wait`;
  const items = [...lines].map((line) => `- ${escapeMarkdown(printable(withoutPaths(line)))}`);
  return [`## Missing inputs`, `${wait} for:\n\n${items.join("\n")}`];
}

function charts(figures: readonly Made[]): string[] {
  if (figures.length === 0) return [];
  const titled = figures.map(({ name, drawing }) => ({
    title: escapeMarkdown(drawing.chart.options.plugins.title.text),
    path: `charts/${name}.png`,
  }));
  const shown = titled.filter(({ path }) => pictures.has(path)).map(({ title, path }) => `![${title}](${path})`);
  return ["## Charts", ...shown, titled.map(({ title, path }) => `- [${title}](${path})`).join("\n")];
}

function comparisons({ comparisons: made, comparisonLines }: Analysis): string[] {
  return [
    ...made.flatMap(({ title, comparison }) => [`## ${escapeMarkdown(printable(title))}`, markdownTables(comparison)]),
    ...(made.length === 0 && comparisonLines.length > 0 ? ["## Comparisons"] : []),
    ...(comparisonLines.length === 0 ? [] : [markdownNotes(comparisonLines)]),
  ];
}

function diagnosis({ diagnosis: all }: Analysis): string[] {
  if (all.length === 0) return [];
  const { lines, warnings } = diagnosisInWords(all);
  const items = [...lines, ...warnings].map((line) => `- ${escapeMarkdown(line)}`);
  return ["## Diagnosis of the distillation", items.join("\n")];
}

/** The report in short, for a pull request: summary, tables, failures, and links to the charts beside it. */
export function markdown(results: Results, figures: readonly Made[], analysis: Analysis): string {
  const parts = [
    `# ${escapeMarkdown(printable(results.plan.name))}`,
    ...caveats(results).map((line) => `> ${escapeMarkdown(line)}`),
    ...summaryInWords(results, analysis.gains).map(escapeMarkdown),
    ...configurations(results, analysis),
    method(results).map(escapeMarkdown).join("  \n"),
    ...comparisons(analysis),
    ...diagnosis(analysis),
    ...failures(results),
    ...missing(results),
    ...charts(figures),
  ];
  return `${parts.join("\n\n")}\n`;
}
