/** The state of the customer list as it stands in the address. */

export const LIST_VIEWS = ["mine", "participating", "contact_today", "overdue", "starred", "soon_recycled", "team", "unassigned", "all", "pool"] as const;
export type ListView = (typeof LIST_VIEWS)[number];

/** Quick filters: comma lists, but one owner. */
export const CHIPS = ["status", "level", "owner_id", "province", "source", "industry"] as const;
export type Chip = (typeof CHIPS)[number];

export type ListSearch = { view: ListView; q?: string; sort?: string; open?: string; filter?: string; /** One pool, within the view of pools. */ pool_id?: string } & { [chip in Chip]?: string };

const SORT = /^[a-z_]+(:(asc|desc))?$/;
const plain = (value: unknown): string | undefined => (typeof value === "string" && value.trim() !== "" ? value : undefined);

/** Whatever the address says, as a list state that can be shown: what makes no sense is left out. */
export function readListSearch(search: Record<string, unknown>): ListSearch {
  const view = LIST_VIEWS.find((name) => name === search.view) ?? "mine";
  const sort = plain(search.sort);
  const read: ListSearch = { view, q: plain(search.q), sort: sort && SORT.test(sort) ? sort : undefined, open: plain(search.open), filter: plain(search.filter) };
  if (view === "pool") read.pool_id = plain(search.pool_id);
  for (const chip of CHIPS) read[chip] = plain(search[chip]);
  return read;
}

export function splitList(value: string | undefined): string[] {
  return value ? value.split(",").filter(Boolean) : [];
}

export function joinList(values: readonly string[]): string | undefined {
  return values.length > 0 ? [...values].join(",") : undefined;
}

/** True when anything narrows the view. */
export function isNarrowed(search: ListSearch): boolean {
  return Boolean(search.q) || Boolean(search.filter) || CHIPS.some((chip) => Boolean(search[chip]));
}
