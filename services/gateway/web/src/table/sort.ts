/** Orders as the address and the interface write them: `field` or `field:asc|desc`. */
import type { SortDirection } from "@/table/column";

export type Sort = { field: string; direction: SortDirection };

export function readSort(text: string | undefined, naturalOf: (field: string) => SortDirection): Sort | null {
  if (!text) return null;
  const [field = "", direction] = text.split(":");
  return { field, direction: direction === "asc" || direction === "desc" ? direction : naturalOf(field) };
}

export function writeSort(sort: Sort | null): string | undefined {
  return sort ? `${sort.field}:${sort.direction}` : undefined;
}

/** A header click: natural direction first, then the other, the third click clears. */
export function nextSort(current: Sort | null, field: string, natural: SortDirection): Sort | null {
  if (current?.field !== field) return { field, direction: natural };
  if (current.direction === natural) return { field, direction: natural === "asc" ? "desc" : "asc" };
  return null;
}
