import type { NumberCell } from "../configurations.js";
import type { Table } from "../csv.js";
import { blank } from "../quantities.js";

/** Text as HTML, also within quoted attributes. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** JSON that can stand in a script element: no `</script>`, no `<!--`, no line separators. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (letter) => {
    return `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** A table's cell: what is shown, and for numbers what it is sorted by. */
export type HtmlCell = string | NumberCell;

export interface HtmlTable {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly HtmlCell[])[];
}

function cell(content: HtmlCell, isFirst: boolean): string {
  if (typeof content !== "string") {
    const value = content.value === null ? "" : String(content.value);
    return `<td class="number" data-value="${value}">${escape(content.text)}</td>`;
  }
  return isFirst ? `<th scope="row">${escape(content)}</th>` : `<td>${escape(content)}</td>`;
}

/** A table whose columns sort by a click or a key on their heads. */
export function table({ caption, columns, rows }: HtmlTable): string {
  const isNumber = columns.map((_, column) => rows.some((row) => typeof row[column] === "object"));
  const heads = columns.map((name, column) => {
    const kind = isNumber[column] === true ? ' class="number"' : "";
    return `<th scope="col"${kind}>${escape(name)}</th>`;
  });
  const lines = rows.map((row) => `<tr>${row.map((content, index) => cell(content, index === 0)).join("")}</tr>`);
  return [
    '<div class="wide" tabindex="0" role="region" aria-label="' + escape(caption) + '">',
    `<table class="sortable"><caption>${escape(caption)}</caption>`,
    `<thead><tr>${heads.join("")}</tr></thead>`,
    `<tbody>\n${lines.join("\n")}\n</tbody></table></div>`,
  ].join("\n");
}

/** A figure's data as a table: numbers with six digits, the files have them all. */
export function dataTable(caption: string, { columns, rows }: Table): string {
  const isNumber = columns.map((_, column) => rows.some((row) => typeof row[column] === "number"));
  const shown = rows.map((row) =>
    row.map((content, column): HtmlCell => {
      if (typeof content === "number") return { text: String(Number(content.toPrecision(6))), value: content };
      if (content !== null) return String(content);
      return isNumber[column] === true ? { text: blank, value: null } : blank;
    }),
  );
  return table({ caption, columns, rows: shown });
}
