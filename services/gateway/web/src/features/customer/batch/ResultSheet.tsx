/** Result of a batch: how many were done, how many were skipped and why; the list can be taken away. */
import { Button, Collapse, Modal } from "antd";
import { CircleCheck, CircleSlash, Download } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { skippedByReason, type SkippedGroup } from "@/features/customer/batch/outcome";
import styles from "@/features/customer/batch/ResultSheet.module.css";
import type { Outcome } from "@/features/customer/batch/useBatch";
import { codeText } from "@/lib/problem";
import { saveCsv } from "@/lib/saveCsv";

export function ResultSheet({ outcome, onClose }: { outcome: Outcome | null; onClose: () => void }) {
  const { t } = useTranslation();
  const groups = useMemo(() => {
    if (!outcome) return [];
    const names = new Map(outcome.customers.map((customer) => [customer.customer_id, customer.name]));
    return skippedByReason(outcome.batch, (id) => names.get(id) ?? id);
  }, [outcome]);
  const reason = (group: SkippedGroup) => codeText(group.code, {}, 403);
  const save = () => saveCsv(`${t("batch.result")}.csv`, [[t("field.name"), t("batch.reason")], ...groups.flatMap((group) => group.customers.map((customer) => [customer.name, reason(group)]))]);
  return (
    <Modal
      open={outcome !== null}
      onCancel={onClose}
      title={outcome && t(`batch.title.${outcome.verb}`)}
      width={480}
      footer={[
        <Button key="save" icon={<Download size={14} />} onClick={save}>
          {t("batch.saveSkipped")}
        </Button>,
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
              {group.customers.slice(0, 100).map((customer) => (
                <li key={customer.customer_id}>{customer.name}</li>
              ))}
            </ul>
          ),
        }))}
      />
    </Modal>
  );
}
