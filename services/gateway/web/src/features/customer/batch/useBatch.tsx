/** Run a batch, then say what came of it: a toast when all went well, else the sheet with the reasons. */
import { App } from "antd";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Batch } from "@/api/customer";
import { joinBatches, type Named } from "@/features/customer/batch/outcome";
import { useRefreshCustomers } from "@/features/customer/list/useCustomerList";
import { useProblemToast } from "@/ui/useProblemToast";

export type BatchVerb = "assign" | "return_to_pool" | "claim" | "star" | "unstar";
export type Outcome = { verb: BatchVerb; batch: Batch; customers: Named[] };

/** Rows of one request: the interface takes no more. */
const MOST = 1000;

export function useBatch(onDone: (outcome: Outcome) => void) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const showProblem = useProblemToast();
  const refresh = useRefreshCustomers();
  const [running, setRunning] = useState<BatchVerb | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);

  const run = useCallback(
    async (verb: BatchVerb, customers: Named[], act: (ids: string[]) => Promise<Batch>): Promise<boolean> => {
      setRunning(verb);
      try {
        const batches: Batch[] = [];
        for (let start = 0; start < customers.length; start += MOST) batches.push(await act(customers.slice(start, start + MOST).map((customer) => customer.customer_id)));
        const result = { verb, batch: joinBatches(batches), customers };
        if (result.batch.skipped === 0) void message.success(t(`batch.toast.${verb}`, { count: result.batch.done }));
        else setOutcome(result);
        onDone(result);
        return true;
      } catch (error) {
        showProblem(error);
        return false;
      } finally {
        setRunning(null);
        refresh();
      }
    },
    [message, t, showProblem, refresh, onDone],
  );
  return { run, running, outcome, closeOutcome: () => setOutcome(null) };
}
