/** Result of a batch: how many were done, how many were skipped and why; it can be undone, and the list taken away. */
import { Button, Collapse, Modal } from "antd";
import { CircleCheck, CircleSlash, Download, Undo2 } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { changedBy, skippedByReason, type SkippedGroup } from "@/features/customer/batch/outcome";
import styles from "@/features/customer/batch/ResultSheet.module.css";
import type { Outcome } from "@/features/customer/batch/useBatch";
import { codeText, waitsUntil } from "@/lib/problem";
import { saveCsv } from "@/lib/saveCsv";
import { formatTime } from "@/lib/time";

const NAMES_SHOWN = 100;

type Props = { outcome: Outcome | null; onClose: () => void; onUndo?: (batchId: string) => void };

export function ResultSheet({ outcome, onClose, onUndo }: Props) {
  const { t } = useTranslation();
  const nameOf = useMemo(() => {
    const names = new Map(outcome?.customers.map((customer) => [customer.customer_id, customer.name]));
    return (id: string) => names.get(id) || t("batch.unnamed");
  }, [outcome, t]);
  const groups = useMemo(() => (outcome ? skippedByReason(outcome.batch, nameOf) : []), [outcome, nameOf]);
  const reason = (group: SkippedGroup) => codeText(group.code, {}, 403);
  const results = new Map(outcome?.batch.results.map((result) => [result.customer_id, result]));
  const save = () =>
    saveCsv(`${t("batch.result")}.csv`, [
      [t("field.name"), t("batch.result"), t("batch.reason"), t("batch.changedBy"), t("batch.changedAt"), t("batch.waitUntil")],
      ...(outcome?.batch.results ?? []).map((result) => [
        nameOf(result.customer_id),
        t(result.done ? "batch.wasDone" : "batch.wasSkipped"),
        result.code ? codeText(result.code, {}, 403) : "",
        changedBy(result),
        changedBy(result) && result.since ? formatTime(result.since) : "",
        waitsUntil(result.code, result.until),
      ]),
    ]);
  const undoable = outcome && onUndo && outcome.batch.done > 0;
  return (
    <Modal
      open={outcome !== null}
      onCancel={onClose}
      title={outcome && t(`batch.title.${outcome.verb}`)}
      width={480}
      footer={[
        <Button key="save" icon={<Download size={14} />} onClick={save}>
          {t("batch.saveResult")}
        </Button>,
        undoable && (
          <Button key="undo" icon={<Undo2 size={14} />} onClick={() => onUndo(outcome.batch.batch_id)}>
            {t("batch.undo")}
          </Button>
        ),
        <Button key="close" type="primary" onClick={onClose}>
          {t("common.done")}
        </Button>,
      ]}
    >
      <div className={styles.sums}>
        <span className={styles.done}>
          <CircleCheck size={18} aria-hidden />
          {t("batch.done", { count: outcome?.batch.done ?? 0 })}
        </span>
        <span className={styles.skipped}>
          <CircleSlash size={18} aria-hidden />
          {t("batch.skipped", { count: outcome?.batch.skipped ?? 0 })}
        </span>
      </div>
      <Collapse
        size="small"
        defaultActiveKey={groups[0]?.code}
        items={groups.map((group) => ({
          key: group.code,
          label: (
            <span className={styles.reason}>
              <span>{reason(group)}</span>
              <span className={styles.count}>{group.customers.length}</span>
            </span>
          ),
          children: (
            <ul className={styles.names}>
              {group.customers.slice(0, NAMES_SHOWN).map((customer) => {
                const result = results.get(customer.customer_id);
                const by = result && changedBy(result);
                const until = waitsUntil(result?.code, result?.until);
                return (
                  <li key={customer.customer_id}>
                    {customer.name}
                    {by && <span className={styles.count}>{` · ${by} ${formatTime(result?.since ?? null)}`}</span>}
                    {until && <span className={styles.count}>{` · ${t("batch.again", { time: until })}`}</span>}
                  </li>
                );
              })}
              {group.customers.length > NAMES_SHOWN && <li className={styles.count}>{t("batch.andMore", { count: group.customers.length - NAMES_SHOWN })}</li>}
            </ul>
          ),
        }))}
      />
    </Modal>
  );
}
