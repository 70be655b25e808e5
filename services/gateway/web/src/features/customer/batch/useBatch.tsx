/** Run a batch, then say what came of it: a toast with "undo" when all went well, the sheet with the reasons, or where to follow it. */
import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Batch, Chosen } from "@/api/customer";
import { useClaimHint } from "@/features/customer/batch/useClaimHint";
import { joinBatches, portions, type Named, type Target } from "@/features/customer/batch/outcome";
import { follow } from "@/features/customer/batch/useBatches";
import { useRefreshCustomers } from "@/features/customer/list/useCustomerList";
import { offerUndo } from "@/lib/undo";
import { useProblemToast } from "@/ui/useProblemToast";

export type BatchVerb = "assign" | "return_to_pool" | "claim" | "star" | "unstar" | "edit" | "tag" | "untag" | "lock" | "unlock" | "hold" | "release_hold" | "undo";
export type Outcome = { verb: BatchVerb; batch: Batch; customers: Named[] };

/** Rows of one request: the interface takes no more. */
const MOST = 1000;
const OFFERED: readonly BatchVerb[] = ["assign", "return_to_pool", "claim", "edit", "tag", "untag", "lock", "unlock", "hold", "release_hold"];

export const canUndo = (verb: BatchVerb): boolean => OFFERED.includes(verb);

export function useBatch(onDone: (outcome: Outcome) => void) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const showProblem = useProblemToast();
  const refresh = useRefreshCustomers();
  const [running, setRunning] = useState<BatchVerb | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);

  const claimHint = useClaimHint();
  const tell = useCallback(
    (result: Outcome, requests: number) => {
      const { verb, batch } = result;
      if (batch.state === "queued") {
        follow(batch.batch_id);
        return void message.info(t("batch.queued"));
      }
      if (batch.skipped > 0) return setOutcome(result);
      const text = t(`batch.toast.${verb}`, { count: batch.done });
      if (canUndo(verb) && requests === 1) offerUndo({ batchId: batch.batch_id, text, hint: verb === "claim" ? claimHint : undefined });
      else void message.success(text);
    },
    [message, t, claimHint],
  );

  const run = useCallback(
    async (verb: BatchVerb, target: Target, act: (chosen: Chosen) => Promise<Batch>): Promise<boolean> => {
      setRunning(verb);
      try {
        const batches: Batch[] = [];
        for (const chosen of portions(target.chosen, MOST)) batches.push(await act(chosen));
        const result = { verb, batch: joinBatches(batches), customers: target.customers };
        tell(result, batches.length);
        onDone(result);
        return true;
      } catch (error) {
        showProblem(error);
        return false;
      } finally {
        setRunning(null);
        refresh();
        void client.invalidateQueries({ queryKey: ["batches"] });
      }
    },
    [tell, showProblem, refresh, client, onDone],
  );
  return { run, running, outcome, closeOutcome: () => setOutcome(null) };
}
