/** What a table's columns mean, and which cells of its first rows are at fault. No requests here. */
import type { Mapping, RowError } from "@/api/customer_import";

/** The mapping with one column meaning another field; a field stands for one column only. */
export function withField(mapping: Mapping, column: number, field: string | null): Mapping {
  return mapping.map((held, index) => (index === column ? field : held === field && field !== null ? null : held));
}

/** Faults by row, and within a row by column (-1: the row as a whole). */
export function faultsOf(errors: readonly RowError[], mapping: Mapping): Map<number, Map<number, RowError>> {
  const rows = new Map<number, Map<number, RowError>>();
  for (const error of errors) {
    const row = rows.get(error.row) ?? new Map<number, RowError>();
    rows.set(error.row, row);
    row.set(error.field === null ? -1 : mapping.indexOf(error.field), error);
  }
  return rows;
}
