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

export function chooseMany(ids: Iterable<string>): SelectionState {
  return { ids: new Set(ids), anchor: null };
}
