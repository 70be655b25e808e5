/** Chosen customers of a view: ids, and the rows behind them for names. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { CustomerRow, Selection } from "@/api/customer";
import { loadMatching } from "@/features/customer/list/useCustomerList";
import { chooseMany, extend, NOTHING, toggle, toggleAll, type SelectionState } from "@/table/selection";
import { useProblemToast } from "@/ui/useProblemToast";

/** Rows that can be chosen by "all that match". */
const MOST = 1000;

export function useChosen(rows: CustomerRow[], selection: Selection) {
  const [state, setState] = useState<SelectionState>(NOTHING);
  const [choosingAll, setChoosingAll] = useState(false);
  const known = useRef(new Map<string, CustomerRow>());
  const showProblem = useProblemToast();
  for (const row of rows) known.current.set(row.customer_id, row);
  const ids = useMemo(() => rows.map((row) => row.customer_id), [rows]);
  const shown = useRef(ids);
  shown.current = ids;
  useEffect(() => setState(NOTHING), [selection.view]);

  const onChoose = useCallback((id: string, range = false) => setState((current) => (range ? extend(current, id, shown.current) : toggle(current, id))), []);
  const onChooseAll = useCallback(() => setState((current) => toggleAll(current, shown.current)), []);
  const clear = useCallback(() => setState(NOTHING), []);
  const drop = useCallback((gone: readonly string[]) => setState((current) => chooseMany([...current.ids].filter((id) => !gone.includes(id)))), []);
  const chooseMatching = useCallback(() => {
    setChoosingAll(true);
    loadMatching(selection, MOST)
      .then((matching) => {
        for (const row of matching) known.current.set(row.customer_id, row);
        setState(chooseMany(matching.map((row) => row.customer_id)));
      })
      .catch(showProblem)
      .finally(() => setChoosingAll(false));
  }, [selection, showProblem]);
  const customers = useMemo(() => [...state.ids].flatMap((id) => known.current.get(id) ?? []), [state]);
  return { ids: state.ids, customers, onChoose, onChooseAll, clear, drop, chooseMatching, choosingAll };
}
