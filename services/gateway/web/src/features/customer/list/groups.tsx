/** Headings between the groups of today's contacts. */
import type { TFunction } from "i18next";
import type { CustomerRow, View } from "@/api/customer";
import type { TableEntry } from "@/table/column";

export function toEntries(rows: CustomerRow[], view: View, t: TFunction): TableEntry<CustomerRow>[] {
  const entries: TableEntry<CustomerRow>[] = [];
  let group: string | null = null;
  for (const row of rows) {
    if (view === "contact_today" && row.group && row.group !== group) {
      group = row.group;
      entries.push({ kind: "heading", id: `group:${group}`, content: t(`list.group.${group}`) });
    }
    entries.push({ kind: "row", id: row.customer_id, row });
  }
  return entries;
}
