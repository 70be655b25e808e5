/** Saving edits of one customer: disjoint edits merge with a note, the same field asks which value shall stand. */
import { App } from "antd";
import { useCallback, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { editCustomer, type Customer } from "@/api/customer";
import { useCustomerCache } from "@/api/customer_cache";
import { useFieldLabel } from "@/api/option";
import { ConflictDialog } from "@/features/customer/ConflictDialog";
import { baseOf, mergedFields, resolve, type Changes } from "@/features/customer/edit";
import { asProblem, type EditConflict } from "@/lib/problem";

type Pending = { changes: Changes; base: Changes; conflicts: EditConflict[]; answer: (saved: boolean) => void; fail: (error: unknown) => void };

export type CustomerEdit = {
  /** True once the values stand (saved, or theirs taken); false when the person goes on editing. Other refusals are thrown. */
  save: (changes: Changes, start?: Customer) => Promise<boolean>;
  dialog: ReactNode;
};

export function useCustomerEdit(customer: Customer): CustomerEdit {
  const { message } = App.useApp();
  const { t } = useTranslation();
  const label = useFieldLabel();
  const cache = useCustomerCache(customer.customer_id);
  const [pending, setPending] = useState<Pending | null>(null);
  const latest = useRef(customer);
  latest.current = customer;

  const send = useCallback(
    async (changes: Changes, base: Changes, start: Customer): Promise<boolean> => {
      try {
        const answer = await editCustomer(start.customer_id, changes, base);
        cache.put(answer);
        const merged = mergedFields(start, answer, changes);
        if (merged.length > 0) void message.info(t("detail.merged", { fields: merged.map(label).join(t("detail.comma")) }), 5);
        return true;
      } catch (error) {
        const { conflicts } = asProblem(error).body;
        if (asProblem(error).code !== "edit_conflict" || !conflicts) throw error;
        void cache.refresh();
        return new Promise((answer, fail) => setPending({ changes, base, conflicts, answer, fail }));
      }
    },
    [cache, label, message, t],
  );

  const save = useCallback((changes: Changes, start: Customer = latest.current) => send(changes, baseOf(start, changes), start), [send]);

  async function decide(keepMine: ReadonlySet<string>): Promise<void> {
    if (!pending) return;
    const left = resolve(pending.changes, pending.base, pending.conflicts, keepMine);
    setPending(null);
    if (Object.keys(left.changes).length === 0) return pending.answer(true);
    await send(left.changes, left.base, latest.current).then(pending.answer, pending.fail);
  }

  function goOn(): void {
    pending?.answer(false);
    setPending(null);
  }

  return { save, dialog: <ConflictDialog conflicts={pending?.conflicts ?? null} onDecide={(keep) => void decide(keep)} onCancel={goOn} /> };
}
