import { closing } from "./closing.js";
import type { Comparison, ComparisonBlock, ComparisonRow } from "./comparison.js";
import { csv, type Cell } from "./csv.js";
import { axisTitle, blank, meanAndSpread, pairedInWords, quantities, signed, type Quantity } from "./quantities.js";
import type { Interval } from "./statistics/summary.js";
import { layOut } from "./text-table.js";
import { withoutFolders } from "../trial/paths.js";
import { seedsInWords } from "./variants.js";

export type ComparisonFormat = "table" | "csv" | "json" | "markdown";

const width = 100;

/** Seeds with the metric; where no finished run has it, those that are finished. */
function seeds({ complete, completeRuns, planned, plannedRuns, replicates, summary }: ComparisonRow): string {
  return summary === null
    ? seedsInWords({ seeds: complete, planned, runs: completeRuns, plannedRuns })
    : seedsInWords({ seeds: summary.n, planned, runs: replicates.length, plannedRuns });
}

function differenceCell({ difference: gain, isReference, summary }: ComparisonRow, quantity: Quantity): string {
  if (isReference) return "reference";
  return gain === null ? blank : pairedInWords(gain, summary, quantity);
}

/** "0.031", "<0.001": three decimals, never 0. */
export function pValue(p: number): string {
  return p < 0.001 ? "<0.001" : p.toFixed(3);
}

function interval({ low, high }: Interval, quantity: Quantity, between: string): string {
  return `${signed(low, quantity)}${between}${signed(high, quantity)}`;
}

function counted(pairs: number): string {
  return Number.isFinite(pairs) ? String(pairs) : ">10000";
}

/** A column of a comparison. */
export interface Column {
  readonly head: string;
  /** Left out where no row has it; always shown without this. */
  readonly has?: (row: ComparisonRow) => boolean;
  readonly text: (row: ComparisonRow) => string;
  /** What rows are sorted by; a column of text has none. */
  readonly value?: (row: ComparisonRow) => number | null;
}

/** The columns that a comparison fills. @param isNarrow whether their heads are short, for a terminal */
export function columnsOf(comparison: Comparison, isNarrow: boolean): Column[] {
  const quantity = quantities[comparison.metric];
  const columns: Column[] = [
    { head: comparison.by.join(", "), text: ({ isBaseline, label }) => (isBaseline ? `${label} (baseline)` : label) },
    { head: "seeds", text: seeds, value: ({ summary }) => summary?.n ?? 0 },
    {
      head: isNarrow ? "mean" : axisTitle(quantity),
      text: ({ summary }) => (summary === null ? blank : meanAndSpread(summary, quantity)),
      value: ({ summary }) => summary?.mean ?? null,
    },
    {
      head: comparison.toBaseline ? "to baseline" : "to reference",
      text: (row) => differenceCell(row, quantity),
      value: ({ isReference, difference: gain }) => (isReference ? 0 : (gain?.mean ?? null)),
    },
    {
      head: "bootstrap",
      has: ({ evidence }) => evidence?.bootstrap != null,
      text: ({ evidence }) =>
        evidence?.bootstrap == null ? blank : interval(evidence.bootstrap, quantity, isNarrow ? ".." : " to "),
      value: ({ evidence }) => evidence?.bootstrap?.low ?? null,
    },
    {
      head: isNarrow ? "p seed" : "p over seeds",
      has: ({ evidence }) => evidence?.seeds != null,
      text: ({ evidence }) => (evidence?.seeds == null ? blank : pValue(evidence.seeds.corrected)),
      value: ({ evidence }) => evidence?.seeds?.corrected ?? null,
    },
    {
      head: isNarrow ? "p img" : "p on images",
      has: ({ evidence }) => evidence?.images != null,
      text: ({ evidence }) => (evidence?.images == null ? blank : pValue(evidence.images.corrected)),
      value: ({ evidence }) => evidence?.images?.corrected ?? null,
    },
    {
      head: "finding",
      has: ({ evidence }) => evidence?.seeds != null,
      text: ({ evidence }) => evidence?.finding ?? blank,
    },
    {
      head: isNarrow ? "1 pt" : "seeds for 1 point",
      has: ({ evidence }) => evidence?.seedsToSeePoint != null,
      text: ({ evidence }) => (evidence?.seedsToSeePoint == null ? blank : counted(evidence.seedsToSeePoint)),
      value: ({ evidence }) => evidence?.seedsToSeePoint ?? null,
    },
  ];
  const rows = comparison.blocks.flatMap((block) => block.rows);
  return columns.filter(({ has }) => has === undefined || rows.some(has));
}

function asTable(comparison: Comparison): string {
  const columns = columnsOf(comparison, true);
  const heads = columns.map(({ head }) => head);
  const blocks = comparison.blocks.map((block) => {
    const rows = block.rows.map((row) => columns.map(({ text }) => text(row)));
    const lines = layOut({ columns: heads, rows }, width, "own line");
    return [...(block.label === "" ? [] : [block.label]), ...lines].join("\n");
  });
  return [
    ...blocks,
    closing(comparison, { isNarrow: true, isShared: false })
      .flatMap((line) => folded(line, width))
      .join("\n"),
  ].join("\n\n");
}

/** A sentence on lines of at most `letters`, broken at spaces; the later ones indented. */
function folded(text: string, letters: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= letters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(last === undefined ? word : `  ${word}`);
  }
  return lines.map((line) => (line.length > letters ? `${line.slice(0, letters - 1)}…` : line));
}

/**
 * Text that GitHub's Markdown shows as it is, also within a table: no emphasis, markup, entity, formula or mention. No
 * backslash keeps a dollar sign from opening a formula or an @ from naming a user.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\|*_<>`[\]~&]/g, "\\$&")
    .replaceAll("$", () => "<span>$</span>")
    .replace(/@(?=\w)/g, "@&#8203;");
}

/** A comparison's groups as Markdown tables, without the notes on how to read them. */
export function markdownTables(comparison: Comparison): string {
  const columns = columnsOf(comparison, false);
  const line = (row: readonly string[]): string => `| ${row.map(escapeMarkdown).join(" | ")} |`;
  const blocks = comparison.blocks.map((block) => {
    const table = [
      line(columns.map(({ head }) => head)),
      `| --- |${" ---: |".repeat(columns.length - 1)}`,
      ...block.rows.map((row) => line(columns.map(({ text }) => text(row)))),
    ];
    return [...(block.label === "" ? [] : [`**${escapeMarkdown(block.label)}**`, ""]), ...table].join("\n");
  });
  return blocks.join("\n\n");
}

/** How to read Markdown tables, for the lines of `closing`. */
export function markdownNotes(lines: readonly string[]): string {
  return lines.map(escapeMarkdown).join("  \n");
}

function asMarkdown(comparison: Comparison): string {
  return `${markdownTables(comparison)}\n\n${markdownNotes(closing(comparison, { isNarrow: false, isShared: false }))}`;
}

function evidenceCells({ evidence }: ComparisonRow): Cell[] {
  const { bootstrap, seeds: test, images, finding, seedsToSeePoint } = evidence ?? {};
  return [
    bootstrap?.low ?? null,
    bootstrap?.high ?? null,
    test?.p ?? null,
    test?.corrected ?? null,
    images?.better ?? null,
    images?.worse ?? null,
    images?.p ?? null,
    images?.corrected ?? null,
    finding ?? null,
    seedsToSeePoint == null ? null : counted(seedsToSeePoint),
  ];
}

function record(comparison: Comparison, block: ComparisonBlock, row: ComparisonRow): Cell[] {
  const { summary, difference: gain } = row;
  return [
    block.label,
    row.label,
    row.isReference,
    row.isBaseline,
    row.against,
    comparison.metric,
    summary?.n ?? 0,
    row.planned,
    summary?.mean ?? null,
    summary?.standardDeviation ?? null,
    summary?.interval?.low ?? null,
    summary?.interval?.high ?? null,
    gain?.n ?? null,
    gain?.mean ?? null,
    gain?.interval?.low ?? null,
    gain?.interval?.high ?? null,
    ...evidenceCells(row),
  ];
}

const recordColumns = [
  "reference",
  "baseline",
  "against",
  "metric",
  "seeds",
  "planned",
  "mean",
  "standard_deviation",
  "interval_low",
  "interval_high",
  "pairs",
  "difference",
  "difference_low",
  "difference_high",
  "bootstrap_low",
  "bootstrap_high",
  "p_seeds",
  "p_seeds_corrected",
  "images_better",
  "images_worse",
  "p_images",
  "p_images_corrected",
  "finding",
  "seeds_to_see_one_point",
];

function asCsv(comparison: Comparison): string {
  const rows = comparison.blocks.flatMap((block) => block.rows.map((row) => record(comparison, block, row)));
  return csv(["others", comparison.by.join(","), ...recordColumns], rows).trimEnd();
}

function asJson(comparison: Comparison): string {
  const blocks = comparison.blocks.map((block) => ({
    ...block,
    shared: withoutFolders("", block.shared),
    rows: block.rows.map((row) => ({ ...row, values: withoutFolders("", row.values) })),
  }));
  // JSON has no infinity: more seeds than are counted read ">10000".
  return JSON.stringify({ ...comparison, blocks }, (_, value: unknown) => (value === Infinity ? ">10000" : value), 2);
}

/** A comparison to print: for a terminal (100 columns), as CSV or JSON in full precision, or as Markdown. */
export function formatComparison(comparison: Comparison, format: ComparisonFormat): string {
  return { table: asTable, csv: asCsv, json: asJson, markdown: asMarkdown }[format](comparison);
}
