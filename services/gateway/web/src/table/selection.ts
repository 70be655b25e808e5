/** Chosen rows: kept by id, so that they survive loading more and changing the order. */

export type SelectionState = { ids: ReadonlySet<string>; anchor: string | null };

export const NOTHING: SelectionState = { ids: new Set(), anchor: null };

export function toggle(state: SelectionState, id: string): SelectionState {
  const ids = new Set(state.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, anchor: id };
}

/** Choose everything between the row chosen last and this one. */
export function extend(state: SelectionState, id: string, shown: readonly string[]): SelectionState {
  const from = state.anchor === null ? -1 : shown.indexOf(state.anchor);
  const to = shown.indexOf(id);
  if (from < 0 || to < 0) return toggle(state, id);
  const range = shown.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...state.ids, ...range]), anchor: id };
}

/** The header's box: choose all that is loaded, or drop them when all are chosen. */
export function toggleAll(state: SelectionState, shown: readonly string[]): SelectionState {
  const all = shown.length > 0 && shown.every((id) => state.ids.has(id));
  const ids = new Set(state.ids);
  for (const id of shown) {
    if (all) ids.delete(id);
    else ids.add(id);
  }
  return { ids, anchor: null };
}

/** Of the rows shown before, those that left the list; not the last ones that newcomers only pushed over its end. */
export function leftList(before: readonly string[], now: readonly string[]): string[] {
  const [had, has] = [new Set(before), new Set(now)];
  const lastKept = now.findLastIndex((id) => had.has(id));
  const ahead = now.filter((id, at) => at < lastKept && !had.has(id)).length;
  return before.slice(0, Math.max(0, before.length - ahead)).filter((id) => !has.has(id));
}

export function without(state: SelectionState, gone: readonly string[]): SelectionState {
  if (!gone.some((id) => state.ids.has(id))) return state;
  return chooseMany([...state.ids].filter((id) => !gone.includes(id)));
}

export function chooseMany(ids: Iterable<string>): SelectionState {
  return { ids: new Set(ids), anchor: null };
}
