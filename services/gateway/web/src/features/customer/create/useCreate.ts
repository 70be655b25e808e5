/** Saving entries one after the other: one key per entry, never two requests at once, errors at their fields. */
import { useCallback, useRef, useState } from "react";
import { createCustomer, isCustom, type Customer, type MemberRef } from "@/api/customer";
import { nextEntry, emptyEntry, toRequest, type Entry } from "@/features/customer/create/entry";
import { useRefreshCustomers } from "@/features/customer/list/useCustomerList";
import { randomId } from "@/lib/ids";
import { asProblem, codeText } from "@/lib/problem";
import { useProblemToast } from "@/ui/useProblemToast";

/** By field; custom ones by their keys. */
export type FieldErrors = Record<string, string | undefined>;

export function useCreate(me: MemberRef) {
  const [entry, setEntry] = useState<Entry>(() => emptyEntry(me));
  const [errors, setErrors] = useState<FieldErrors>({});
  const [saving, setSaving] = useState(false);
  const [entered, setEntered] = useState<Customer[]>([]);
  const refresh = useRefreshCustomers();
  const showProblem = useProblemToast();
  // Set before anything waits: the second click of a double click finds it set. The key outlives a lost answer.
  const busy = useRef(false);
  const key = useRef(randomId());

  const change = useCallback((part: Partial<Entry>) => {
    setEntry((current) => ({ ...current, ...part }));
    setErrors((current) => Object.fromEntries(Object.entries(current).filter(([field]) => !(field in part) && !(part.custom && isCustom(field)))));
  }, []);

  const save = useCallback(
    async (goOn: boolean): Promise<Customer | null> => {
      if (busy.current) return null;
      if (!entry.name.trim()) {
        setErrors({ name: codeText("required") });
        return null;
      }
      busy.current = true;
      setSaving(true);
      try {
        const customer = await createCustomer(toRequest(entry, me), key.current);
        key.current = randomId();
        setErrors({});
        setEntered((current) => [customer, ...current]);
        if (goOn) setEntry(nextEntry(entry, me));
        refresh();
        return customer;
      } catch (error) {
        const { body } = asProblem(error);
        const found = Object.fromEntries((body.errors ?? []).map((each) => [each.pointer.split("/").pop() ?? "", codeText(each.code, { ...each }, 422)]));
        setErrors(found);
        if (!Object.keys(found).some((field) => field in entry || isCustom(field))) showProblem(error);
        return null;
      } finally {
        busy.current = false;
        setSaving(false);
      }
    },
    [entry, me, refresh, showProblem],
  );
  return { entry, change, errors, saving, save, entered };
}
