/** A saved search and the address of the list that shows it: one says what the other holds. */
import { allOf, writeFilter, type FilterNode } from "@/lib/filter";
import { effectiveFilter, type ListSearch, type ListView } from "@/lib/listSearch";

type Saved = { saved_search_id: string; view: ListView; q: string | null; filter: FilterNode | null; sort: string | null; columns: string[] | null };

/** The list of a saved search. */
export function addressOf(saved: Saved): ListSearch {
  return { view: saved.view, q: saved.q ?? undefined, filter: writeFilter(saved.filter), sort: saved.sort ?? undefined, saved: saved.saved_search_id };
}

/** What a list holds, as a saved search keeps it: quick filters become conditions. */
export function contentOf(search: ListSearch): { view: ListView; q: string | null; filter: FilterNode | null; sort: string | null } {
  return { view: search.view, q: search.q ?? null, filter: effectiveFilter(search), sort: search.sort ?? null };
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "object" && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1))) : inner));
}

/** Whether the list shows something else than what was saved; `columns` are those shown now, null while they are not known. */
export function isChanged(saved: Saved, search: ListSearch, columns: readonly string[] | null): boolean {
  const now = contentOf(search);
  const same = now.view === saved.view && now.q === saved.q && now.sort === saved.sort && canonical(now.filter) === canonical(saved.filter ? allOf(saved.filter) : null);
  return !same || (columns !== null && saved.columns !== null && columns.join() !== saved.columns.join());
}

