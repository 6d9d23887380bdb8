import type { Comparison, ComparisonBlock, ComparisonRow } from "./comparison.js";
import { csv, type Cell } from "./csv.js";
import { axisTitle, difference, meanAndSpread, quantities, type Quantity } from "./quantities.js";
import { layOut } from "./text-table.js";
import { withoutFolders } from "./values.js";

export type ComparisonFormat = "table" | "csv" | "json" | "markdown";

const width = 100;

function seeds(row: ComparisonRow): string {
  const { length } = row.replicates;
  return length === row.planned ? String(length) : `${length} of ${row.planned}`;
}

function cells(row: ComparisonRow, quantity: Quantity): string[] {
  return [
    row.isBaseline ? `${row.label} (baseline)` : row.label,
    seeds(row),
    row.summary === null ? "-" : meanAndSpread(row.summary, quantity),
    row.isReference ? "reference" : row.difference === null ? "-" : difference(row.difference, quantity),
  ];
}

function heads(comparison: Comparison): string[] {
  return [comparison.by, "seeds", axisTitle(quantities[comparison.metric]), "to the first"];
}

function closing(comparison: Comparison): string[] {
  const { alone } = comparison;
  const shown = alone.slice(0, 10).join("; ");
  const more = alone.length > 10 ? `; and ${alone.length - 10} more` : "";
  return [
    "± half the 95 % t interval over seeds (from three up); differences are paired by seed.",
    ...(alone.length === 0 ? [] : [`Nothing to compare with: ${shown}${more}`]),
  ];
}

function asTable(comparison: Comparison): string {
  const quantity = quantities[comparison.metric];
  const blocks = comparison.blocks.map((block) => {
    const lines = layOut({ columns: heads(comparison), rows: block.rows.map((row) => cells(row, quantity)) }, width);
    return [...(block.label === "" ? [] : [block.label]), ...lines].join("\n");
  });
  return [...blocks, closing(comparison).join("\n")].join("\n\n");
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\|*_<>`[\]]/g, "\\$&");
}

function asMarkdown(comparison: Comparison): string {
  const quantity = quantities[comparison.metric];
  const line = (row: readonly string[]): string => `| ${row.map(escapeMarkdown).join(" | ")} |`;
  const blocks = comparison.blocks.map((block) => {
    const table = [
      line(heads(comparison)),
      "| --- | ---: | ---: | ---: |",
      ...block.rows.map((row) => line(cells(row, quantity))),
    ];
    return [...(block.label === "" ? [] : [`**${escapeMarkdown(block.label)}**`, ""]), ...table].join("\n");
  });
  return [...blocks, closing(comparison).map(escapeMarkdown).join("  \n")].join("\n\n");
}

function record(comparison: Comparison, block: ComparisonBlock, row: ComparisonRow): Cell[] {
  const { summary, difference: gain } = row;
  return [
    block.label,
    row.label,
    row.isReference,
    row.isBaseline,
    comparison.metric,
    row.replicates.length,
    row.planned,
    summary?.mean ?? null,
    summary?.standardDeviation ?? null,
    summary?.interval?.low ?? null,
    summary?.interval?.high ?? null,
    gain?.n ?? null,
    gain?.mean ?? null,
    gain?.interval?.low ?? null,
    gain?.interval?.high ?? null,
  ];
}

const recordColumns = [
  "reference",
  "baseline",
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
];

function asCsv(comparison: Comparison): string {
  const rows = comparison.blocks.flatMap((block) => block.rows.map((row) => record(comparison, block, row)));
  return csv(["others", comparison.by, ...recordColumns], rows).trimEnd();
}

function asJson(comparison: Comparison): string {
  const blocks = comparison.blocks.map((block) => ({
    ...block,
    shared: withoutFolders("", block.shared),
    rows: block.rows.map((row) => ({ ...row, value: withoutFolders(comparison.by, row.value) })),
  }));
  return JSON.stringify({ ...comparison, blocks }, null, 2);
}

/** A comparison to print: for a terminal (100 columns), as CSV or JSON in full precision, or as Markdown. */
export function formatComparison(comparison: Comparison, format: ComparisonFormat): string {
  return { table: asTable, csv: asCsv, json: asJson, markdown: asMarkdown }[format](comparison);
}
