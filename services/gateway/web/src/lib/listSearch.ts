/** The state of the customer list as it stands in the address. */
import { allOf, readFilter, writeFilter, type Condition, type FilterNode } from "@/lib/filter";

export const LIST_VIEWS = ["mine", "participating", "contact_today", "overdue", "starred", "soon_recycled", "team", "unassigned", "all", "pool"] as const;
export type ListView = (typeof LIST_VIEWS)[number];

/** Quick filters: comma lists, but one owner. */
export const CHIPS = ["status", "level", "owner_id", "province", "source", "industry"] as const;
export type Chip = (typeof CHIPS)[number];

/** Quick filters that the list has no parameter for: they are asked as conditions. `tags`: ids, any of them. `followed`: an operator
 * with its value, e.g. `last_days:7`. */
export const CONDITION_CHIPS = ["tags", "followed"] as const;
export type ConditionChip = (typeof CONDITION_CHIPS)[number];

/** `filter`: a tree of conditions as JSON. `saved`: the saved search that the list began as. */
export type ListSearch = { view: ListView; q?: string; sort?: string; open?: string; filter?: string; saved?: string; /** One pool, within the view of pools. */ pool_id?: string } & { [chip in Chip | ConditionChip]?: string };

const SORT = /^[a-z0-9_]+(:(asc|desc))?$/;
const FOLLOWED = /^(is_empty|(relative|last_days|more_than_days_ago):[a-z0-9_]+)$/;
const plain = (value: unknown): string | undefined => (typeof value === "string" && value.trim() !== "" ? value : undefined);

/** Whatever the address says, as a list state that can be shown: what makes no sense is left out. */
export function readListSearch(search: Record<string, unknown>): ListSearch {
  const view = LIST_VIEWS.find((name) => name === search.view) ?? "mine";
  const sort = plain(search.sort);
  const read: ListSearch = { view, q: plain(search.q), sort: sort && SORT.test(sort) ? sort : undefined, open: plain(search.open), filter: plain(search.filter), saved: plain(search.saved) };
  if (view === "pool") read.pool_id = plain(search.pool_id);
  for (const chip of CHIPS) read[chip] = plain(search[chip]);
  const followed = plain(search.followed);
  read.tags = plain(search.tags);
  read.followed = followed && FOLLOWED.test(followed) ? followed : undefined;
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
  return Boolean(search.q) || Boolean(search.filter) || [...CHIPS, ...CONDITION_CHIPS].some((chip) => Boolean(search[chip]));
}

function tagsCondition(value: string | undefined): Condition | null {
  const ids = splitList(value);
  return ids.length > 0 ? { field: "tags", op: "any_of", value: ids } : null;
}

/** `more_than_days_ago:14` is "nobody followed up within 14 days": who was never followed up belongs to them. */
function followedCondition(value: string | undefined): FilterNode | null {
  if (!value) return null;
  const [op = "", amount] = value.split(":");
  if (op === "more_than_days_ago") return { not: { field: "last_follow_up_at", op: "last_days", value: Number(amount) } };
  if (amount === undefined) return { field: "last_follow_up_at", op };
  return { field: "last_follow_up_at", op, value: op === "relative" ? amount : Number(amount) };
}

/** The tree of the address together with the quick filters that the list has no parameter for. */
function askedFilter(search: ListSearch): FilterNode | null {
  return allOf(readFilter(search.filter), tagsCondition(search.tags), followedCondition(search.followed));
}

/** What goes to the list as its `filter`. Text that is no tree goes as it is: the list refuses it rather than showing more than was asked for. */
export function filterParameter(search: ListSearch): string | undefined {
  return search.filter && !readFilter(search.filter) ? search.filter : writeFilter(askedFilter(search));
}

/** Everything that narrows the list but its search text, as one tree: how a saved search keeps it. */
export function effectiveFilter(search: ListSearch): FilterNode | null {
  const chips = CHIPS.map((chip): Condition | null => {
    const values = splitList(search[chip]);
    return values.length === 0 ? null : { field: chip === "owner_id" ? "owner" : chip, op: "any_of", value: values };
  });
  const pool: Condition | null = search.pool_id ? { field: "pool", op: "any_of", value: [search.pool_id] } : null;
  return allOf(askedFilter(search), ...chips, pool);
}

/** What takes every narrowing off. */
export const NOTHING_NARROWED: Partial<ListSearch> = Object.fromEntries(["q", "filter", "saved", ...CHIPS, ...CONDITION_CHIPS].map((name) => [name, undefined]));
