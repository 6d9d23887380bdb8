import type { Database } from "./database.js";

const jsonColumns = [
  ["plan", "overrides"],
  ["plan", "comparisons"],
  ["trials", "settings"],
  ["trials", "parameters"],
  ["artifacts", "details"],
] as const;
const textColumns = [
  ["plan", "sweep_text"],
  ["trials", "waits_for"],
  ["attempts", "message"],
  ["attempts", "log"],
] as const;

/** From here on paths are kept without the names of folders. */
const firstPortable = 6;
/** From here on as `PortablePaths` keeps them; before, not those that are glued to other text. */
export const portableFormat = 7;

/** Rewrites the paths of an older study as `PortablePaths` keeps them. Within a transaction. */
export function makePathsPortable(database: Database, format: number): void {
  const { paths } = database;
  const written = format >= firstPortable;
  for (const [table, column] of jsonColumns) {
    rewrite(database, table, column, (text) => paths.toJson(written ? paths.fromJson(text) : JSON.parse(text)));
  }
  for (const [table, column] of textColumns) {
    rewrite(database, table, column, (text) => paths.toText(written ? paths.fromText(text) : text));
  }
}

function rewrite(database: Database, table: string, column: string, change: (text: string) => string): void {
  const texts: string[] = [];
  database.rows(`SELECT DISTINCT ${column} FROM ${table} WHERE ${column} IS NOT NULL`, ([text]) => {
    texts.push(text as string);
  });
  for (const text of texts) {
    const changed = change(text);
    if (changed !== text) database.run(`UPDATE ${table} SET ${column} = ? WHERE ${column} = ?`, changed, text);
  }
}
