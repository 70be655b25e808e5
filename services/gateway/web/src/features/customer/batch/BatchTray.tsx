/** What I did lately, in the top bar: progress of what runs, undo while there is time, and why not when there is none. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Badge, Button, Drawer, Progress, Tooltip } from "antd";
import { History } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { unfinished, type BatchSummary } from "@/api/batch";
import { customerKeys } from "@/api/customer";
import { BatchItem } from "@/features/customer/batch/BatchItem";
import styles from "@/features/customer/batch/BatchTray.module.css";
import { ResultSheet } from "@/features/customer/batch/ResultSheet";
import { canUndo, type BatchVerb } from "@/features/customer/batch/useBatch";
import { endFollowing, follow, overall, useRecentBatches } from "@/features/customer/batch/useBatches";
import { useUndo } from "@/features/customer/batch/useUndo";
import { offerUndo } from "@/lib/undo";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBanner } from "@/ui/ErrorBanner";

export function BatchTray() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { batches, error, retry } = useRecentBatches();
  const { undo, undoing, outcome, showResult, closeOutcome } = useUndo();
  const { unseen, markSeen } = useEndings(batches, showResult);
  const running = batches.filter(unfinished);
  const percent = overall(running);
  const label = running.length > 0 ? t("batch.trayRunning", { count: running.length, percent }) : t("batch.recent");
  return (
    <>
      <Tooltip title={label}>
        <Button
          type="text"
          className={styles.tray}
          aria-label={label}
          onClick={() => {
            setOpen(true);
            markSeen();
            retry();
          }}
        >
          {running.length > 0 ? (
            <Progress type="circle" size={20} percent={percent} strokeWidth={14} showInfo={false} aria-hidden />
          ) : (
            <Badge dot={unseen} offset={[-1, 2]}>
              <History size={16} aria-hidden />
            </Badge>
          )}
        </Button>
      </Tooltip>
      <Drawer open={open} onClose={() => setOpen(false)} size={420} title={t("batch.recent")} styles={{ body: { padding: 0 } }}>
        {error !== null && <ErrorBanner error={error} onRetry={retry} />}
        {batches.length === 0 && error === null && <EmptyState icon={<History size={20} />} title={t("batch.nothing")} hint={t("batch.nothingHint")} />}
        <ul className={styles.batches}>
          {batches.map((batch) => (
            <BatchItem key={batch.batch_id} batch={batch} undoing={undoing === batch.batch_id} onUndo={() => void undo(batch.batch_id)} onResult={() => showResult(batch.batch_id, batch.verb as BatchVerb)} />
          ))}
        </ul>
      </Drawer>
      <ResultSheet outcome={outcome} onClose={closeOutcome} />
    </>
  );
}

/** Says once when a batch that was under way has ended, in the tab that is looked at. */
function useEndings(batches: BatchSummary[], showResult: (batchId: string, verb: BatchVerb) => void): { unseen: boolean; markSeen: () => void } {
  const { t } = useTranslation();
  const { notification, message } = App.useApp();
  const client = useQueryClient();
  const [unseen, setUnseen] = useState(false);
  useEffect(() => {
    for (const batch of batches) {
      if (unfinished(batch)) {
        follow(batch.batch_id);
        continue;
      }
      if (!endFollowing(batch.batch_id)) continue;
      void client.invalidateQueries({ queryKey: customerKeys.all });
      if (batch.state === "cancelled") continue;
      setUnseen(true);
      if (document.visibilityState !== "visible") continue;
      const verb = batch.verb as BatchVerb;
      const text = t(`batch.toast.${verb}`, { count: batch.done });
      if (batch.state === "done" && batch.skipped === 0) {
        if (canUndo(verb)) offerUndo({ batchId: batch.batch_id, text });
        else void message.success(text);
        continue;
      }
      notification[batch.state === "done" ? "warning" : "error"]({
        key: batch.batch_id,
        placement: "bottomRight",
        duration: batch.state === "done" ? 8 : 0,
        title: batch.state === "done" ? text : t("batch.failed"),
        description: t("batch.skipped", { count: batch.skipped }),
        actions: (
          <Button
            size="small"
            onClick={() => {
              notification.destroy(batch.batch_id);
              showResult(batch.batch_id, verb);
            }}
          >
            {t("batch.showResult")}
          </Button>
        ),
      });
    }
  }, [batches, client, message, notification, showResult, t]);
  return { unseen, markSeen: () => setUnseen(false) };
}
