import type { Database } from "./database.js";
import { metricColumns } from "./schema.js";

/** A column that studies of an older format lack, as a query reads it. */
export function since(database: Database, table: string, column: string, alias = table): string {
  const found = database.row("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", table, column);
  return found === undefined ? "NULL" : `${alias}.${column}`;
}

/** The columns of a table's metrics, for a query that gives the table this name. */
export function metricsIn(database: Database, table: "epochs" | "teacher_epochs", alias: string): string {
  return metricColumns
    .map((column) => (column === "val_top_k" ? since(database, table, column, alias) : `${alias}.${column}`))
    .join(", ");
}
