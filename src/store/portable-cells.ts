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

/** Rewrites the paths of a study from before format 6 as `PortablePaths` has them. Within a transaction. */
export function makePathsPortable(database: Database): void {
  const { paths } = database;
  for (const [table, column] of jsonColumns) {
    rewrite(database, table, column, (text) => paths.toJson(JSON.parse(text)));
  }
  for (const [table, column] of textColumns) rewrite(database, table, column, (text) => paths.toText(text));
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
