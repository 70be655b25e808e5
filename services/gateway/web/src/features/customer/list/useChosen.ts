/** Chosen customers of a view: ids, and the rows behind them for names. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { CustomerRow, Selection } from "@/api/customer";
import type { Target } from "@/features/customer/batch/outcome";
import { extend, leftList, NOTHING, toggle, toggleAll, without, type SelectionState } from "@/table/selection";
import type { Count } from "@/lib/count";

export function useChosen(rows: CustomerRow[], selection: Selection, count: Count | null, /** The rows still answer an earlier search. */ old: boolean) {
  const [state, setState] = useState<SelectionState>(NOTHING);
  const [all, setAll] = useState(false); // everything that matches, loaded or not
  const known = useRef(new Map<string, CustomerRow>());
  for (const row of rows) known.current.set(row.customer_id, row);
  const ids = useMemo(() => rows.map((row) => row.customer_id), [rows]);
  const shown = useRef(ids);
  shown.current = ids;
  const narrowed = JSON.stringify({ ...selection, sort: undefined });
  useEffect(() => {
    setAll(false);
    setState(NOTHING);
  }, [selection.view]);
  useEffect(() => setAll(false), [narrowed]); // what matches now is something else

  const asked = JSON.stringify(selection);
  const before = useRef({ asked, ids });
  useEffect(() => {
    if (old) return;
    const { asked: askedBefore, ids: shownBefore } = before.current;
    before.current = { asked, ids };
    if (askedBefore !== asked) return; // what another search does not show may stay chosen
    const gone = leftList(shownBefore, ids);
    if (gone.length > 0) setState((current) => without(current, gone)); // nobody sees any more what he would act on
  }, [asked, ids, old]);

  const choose = useCallback((change: (current: SelectionState) => SelectionState) => {
    setAll(false);
    setState(change);
  }, []);
  const onChoose = useCallback((id: string, range = false) => choose((current) => (range ? extend(current, id, shown.current) : toggle(current, id))), [choose]);
  const onChooseAll = useCallback(() => choose((current) => toggleAll(current, shown.current)), [choose]);
  const clear = useCallback(() => choose(() => NOTHING), [choose]);
  const drop = useCallback((gone: readonly string[]) => choose((current) => without(current, gone)), [choose]);
  const chooseMatching = useCallback(() => setAll(true), []);
  const chosenIds = useMemo(() => (all ? new Set(ids) : state.ids), [all, ids, state]);
  const customers = useMemo(() => [...chosenIds].flatMap((id) => known.current.get(id) ?? []), [chosenIds]);
  const target = useMemo<Target>(() => {
    if (!all) return { chosen: { customer_ids: [...chosenIds] }, customers, count: chosenIds.size };
    const { sort: _sort, ...matching } = selection;
    return { chosen: { selection: matching }, customers, count: count?.value ?? customers.length };
  }, [all, chosenIds, customers, selection, count]);
  return { ids: chosenIds, all, target, customers, onChoose, onChooseAll, clear, drop, chooseMatching };
}
