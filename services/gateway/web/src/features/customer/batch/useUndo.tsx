/** Undo a batch and say what came of it; what was changed since is listed in the sheet. */
import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { findBatch, undoBatch } from "@/api/batch";
import { customerKeys } from "@/api/customer";
import type { Outcome } from "@/features/customer/batch/useBatch";
import { follow } from "@/features/customer/batch/useBatches";
import { useProblemToast } from "@/ui/useProblemToast";

export function useUndo() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const showProblem = useProblemToast();
  const [undoing, setUndoing] = useState<string | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);

  const show = useCallback(async (batchId: string, verb: Outcome["verb"]) => {
    const { results, done, skipped } = await findBatch(batchId);
    const customers = results.map((result) => ({ customer_id: result.customer_id, name: result.name ?? "" }));
    setOutcome({ verb, batch: { batch_id: batchId, state: "done", results, done, skipped }, customers });
  }, []);

  const undo = useCallback(
    async (batchId: string) => {
      setUndoing(batchId);
      try {
        const batch = await undoBatch(batchId);
        if (batch.state === "queued") {
          follow(batch.batch_id);
          void message.info(t("batch.queued"));
        } else if (batch.skipped === 0) void message.success(t("batch.toast.undo", { count: batch.done }));
        else await show(batch.batch_id, "undo");
      } catch (error) {
        showProblem(error);
      } finally {
        setUndoing(null);
        for (const key of [customerKeys.all, ["batches"], ["timeline"], ["pools"]]) void client.invalidateQueries({ queryKey: key });
      }
    },
    [client, message, t, showProblem, show],
  );
  const showResult = useCallback((batchId: string, verb: Outcome["verb"]) => void show(batchId, verb).catch(showProblem), [show, showProblem]);
  return { undo, undoing, outcome, showResult, closeOutcome: () => setOutcome(null) };
}
