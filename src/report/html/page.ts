import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Environment } from "../../trial/environment.js";
import { pictureWidth } from "../drawing/chart.js";
import type { Made } from "../figures/figure.js";
import { distinctions } from "../image-names.js";
import type { Results } from "../results.js";
import { withoutPaths } from "../../trial/paths.js";
import { shown } from "../values.js";
import type { Analysis } from "../analysis.js";
import { diagnosisInWords } from "../diagnosis/diagnosis.js";
import { dataTable, escape, scriptJson } from "./markup.js";
import { script } from "./script.js";
import { style } from "./style.js";
import {
  classes,
  comparisonTables,
  configurations,
  diagnosisTable,
  failures,
  missingInputs,
  skipped,
  teachers,
  trials,
} from "./tables.js";
import { caveats, method, summaryInWords } from "../words.js";

/** Longer tables behind a chart stay in its CSV file. */
const mostDataRows = 250;

const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

let library: string | undefined;

/** chart.js's own build for browsers, its source map's address taken off. */
function chartLibrary(): string {
  if (library === undefined) {
    const folder = dirname(createRequire(import.meta.url).resolve("chart.js"));
    const text = readFileSync(join(folder, "chart.umd.min.js"), "utf8");
    library = text.replace(/^\/\/# sourceMappingURL=.*$/m, "").replace(/<\/script/gi, "<\\/script");
  }
  return library;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: string;
}

function paragraphs(lines: readonly string[], kind = ""): string {
  return lines
    .map((line) => `<p${kind === "" ? "" : ` class="${kind}"`}>${escape(line.replace(/ %/g, "\u00a0%"))}</p>`)
    .join("\n");
}

function summarySection(results: Results, { gains }: Analysis): Section {
  const [first = "", ...others] = summaryInWords(results, gains);
  const body = [
    paragraphs([first], "lead"),
    paragraphs(others),
    configurations(results),
    paragraphs(method(results), "soft"),
  ];
  return { id: "summary", title: "Summary", body: body.join("\n") };
}

function comparisonSection({ comparisons, comparisonLines }: Analysis): Section[] {
  if (comparisonLines.length === 0) return [];
  const body = [...comparisons.map(comparisonTables), paragraphs(comparisonLines, "soft")];
  return [{ id: "comparisons", title: "Comparisons", body: body.join("\n") }];
}

function diagnosisSection({ diagnosis }: Analysis): Section[] {
  if (diagnosis.length === 0) return [];
  const { lines, warnings } = diagnosisInWords(diagnosis);
  const body = [paragraphs(lines), paragraphs(warnings, "notice"), diagnosisTable(diagnosis)];
  return [{ id: "diagnosis", title: "Diagnosis of the distillation", body: body.join("\n") }];
}

function chartFigure({ name, drawing, table, description }: Made): string {
  const { text } = drawing.chart.options.plugins.title;
  const subtitle = drawing.chart.options.plugins.subtitle.text.join(". ");
  const ratio = drawing.height / pictureWidth;
  const data =
    table.rows.length > mostDataRows
      ? `<p class="soft">The values are in charts/${name}.csv.</p>`
      : `<details class="screen"><summary>Values</summary>${dataTable(`${text}: values`, table)}</details>`;
  return [
    `<figure><h3>${escape(text)}</h3>`,
    `<div class="canvas" style="height: clamp(20rem, ${Math.round(ratio * 90)}vw, ${Math.round(ratio * 60)}rem)">`,
    `<canvas id="chart-${name}" role="img" aria-label="${escape(description)}"></canvas></div>`,
    subtitle === "" ? "" : `<figcaption>${escape(subtitle)}.</figcaption>`,
    data,
    "</figure>",
  ].join("\n");
}

function environmentList(environment: Environment): string {
  const rows: [string, string][] = [
    ["TensorFlow", `${environment.tensorflow} (${environment.backend})`],
    ["TensorFlow.js", environment.tfjs],
    ["Node.js", environment.node],
    ["kd-sweep", [environment.kdSweep, environment.gitRevision].filter((text) => text !== undefined).join(", git ")],
    ["Threads per worker", String(environment.threadsPerWorker)],
    ["Processor", `${environment.processor}, ${environment.cores} cores`],
    ["Memory", `${(environment.memoryBytes / 2 ** 30).toFixed(1)} GiB`],
    ["Platform", environment.platform],
  ];
  return `<dl>${rows.map(([name, value]) => `<dt>${escape(name)}</dt><dd>${escape(value)}</dd>`).join("")}</dl>`;
}

function environmentSection({ environments }: Results): Section[] {
  if (environments.length === 0) return [];
  const parts = environments.map(({ environment, trials: count }) => {
    const heading = environments.length === 1 ? "" : `<h3>${count} ${count === 1 ? "trial" : "trials"}</h3>`;
    return `${heading}${environmentList(environment)}`;
  });
  return [{ id: "environment", title: "Environment", body: parts.join("\n") }];
}

function dataSection({ images }: Results): Section[] {
  if (images.length === 0) return [];
  const apart = distinctions(images);
  const parts = images.map((details, place) => {
    const { name, imageSize } = details.dataset;
    const told = apart[place] ?? "";
    const words = `${name}, ${imageSize} px${told === "" ? "" : `, ${told}`}${name === "petals" ? ", synthetic" : ""}`;
    return [`<h3>${escape(words)}</h3>`, classes(details), details.skipped.length === 0 ? "" : skipped(details)].join(
      "\n",
    );
  });
  return [{ id: "data", title: "Data", body: parts.join("\n") }];
}

function sweepSection({ plan }: Results): Section {
  const overrides = Object.entries(plan.overrides).map(([name, value]) => `${name}=${shown(name, value)}`);
  const over =
    overrides.length === 0
      ? ""
      : `<p>Set on the command line (of paths the last part): <code>${escape(overrides.join("  "))}</code></p>`;
  return {
    id: "sweep",
    title: "Sweep file",
    body: `<pre tabindex="0">${escape(withoutPaths(plan.sweepText))}</pre>${over}`,
  };
}

function sections(results: Results, figures: readonly Made[], analysis: Analysis, photos: string | null): Section[] {
  return [
    summarySection(results, analysis),
    ...diagnosisSection(analysis),
    ...comparisonSection(analysis),
    ...(figures.length === 0 ? [] : [{ id: "figures", title: "Charts", body: figures.map(chartFigure).join("\n") }]),
    ...(photos === null ? [] : [{ id: "photos", title: "Photos", body: photos }]),
    ...(results.counts.failed === 0 ? [] : [{ id: "failures", title: "Failures", body: failures(results) }]),
    ...(Object.keys(results.plan.waitsFor ?? {}).length === 0
      ? []
      : [{ id: "missing", title: "Missing inputs", body: missingInputs(results) }]),
    ...(results.teachers.length === 0 ? [] : [{ id: "teachers", title: "Teachers", body: teachers(results.teachers) }]),
    { id: "trials", title: "Trials", body: trials(results) },
    ...dataSection(results),
    sweepSection(results),
    ...environmentSection(results),
  ];
}

/**
 * The whole report as one page that needs no network.
 * @param photos the body of that section; null for none
 */
export function page(results: Results, figures: readonly Made[], analysis: Analysis, photos: string | null): string {
  const all = sections(results, figures, analysis, photos);
  const charts = figures.map(({ name, drawing }) => ({ name: `chart-${name}`, chart: drawing.chart }));
  const title = escape(results.plan.name);
  const scripts = [
    `<script type="application/json" id="charts">${scriptJson(charts)}</script>`,
    `<script>${chartLibrary()}</script>`,
    `<script>${script}</script>`,
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title} – kd-sweep</title>
<style>${style}</style>
</head>
<body>
<header><h1>${title}</h1><p class="soft">A knowledge distillation study by kd-sweep</p></header>
<nav aria-label="Sections">${all.map((each) => `<a href="#${each.id}">${escape(each.title)}</a>`).join(" ")}</nav>
<main>
${caveats(results)
  .map((line) => `<p class="notice">${escape(line)}</p>`)
  .join("\n")}
<noscript><p class="notice">The charts need JavaScript; the same charts are in the folder charts as PNG.</p></noscript>
${all.map(({ id, title: heading, body }) => `<section id="${id}"><h2>${escape(heading)}</h2>\n${body}\n</section>`).join("\n")}
</main>
${scripts.join("\n")}
</body>
</html>
`;
}
