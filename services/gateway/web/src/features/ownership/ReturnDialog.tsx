/** Returns one customer to the pool, with the reason. */
import { useQuery } from "@tanstack/react-query";
import { App, Form, Input, Modal, Radio, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Customer } from "@/api/customer";
import { useCustomerCache } from "@/api/customer_cache";
import { useOptions } from "@/api/option";
import { returnCustomerToPool } from "@/api/ownership";
import { poolsQuery } from "@/api/pool";
import styles from "@/features/ownership/ownership.module.css";
import { isComposing } from "@/lib/keys";
import { offerUndo } from "@/lib/undo";
import { ErrorBanner } from "@/ui/ErrorBanner";

/** Reasons of the system itself: no person chooses them. */
const SYSTEM_REASONS = ["overdue"];

export function ReturnDialog({ customer, open, onClose }: { customer: Customer; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { choices } = useOptions();
  const cache = useCustomerCache(customer.customer_id);
  const [reason, setReason] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [poolId, setPoolId] = useState<string | null>(null);
  const pools = useQuery({ ...poolsQuery(), enabled: open }).data?.items ?? [];
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function send(): Promise<void> {
    if (!reason || saving) return;
    setSaving(true);
    setError(null);
    try {
      const { answer, batchId } = await returnCustomerToPool(customer.customer_id, reason, note.trim(), poolId);
      cache.put(answer);
      const text = t("ownership.returned", { name: customer.name });
      if (batchId) offerUndo({ batchId, text });
      else void message.success(text);
      onClose();
    } catch (problem) {
      setError(problem);
    } finally {
      setSaving(false);
    }
  }

  return (
    <Modal
      open={open}
      width={480}
      title={t("ownership.returnTitle")}
      okText={t("ownership.return")}
      cancelText={t("common.cancel")}
      okButtonProps={{ disabled: !reason, loading: saving }}
      onOk={() => void send()}
      onCancel={onClose}
      destroyOnHidden
    >
      <p className={styles.intro}>{t("ownership.returnHint", { name: customer.name })}</p>
      <Form layout="vertical" onKeyDown={(event) => !isComposing(event) && event.key === "Enter" && (event.ctrlKey || event.metaKey) && void send()}>
        <Form.Item label={t("ownership.reason")} required>
          <Radio.Group
            className={styles.reasons}
            aria-label={t("ownership.reason")}
            value={reason}
            onChange={(event) => setReason(event.target.value as string)}
            options={choices("return_reason").filter((option) => !SYSTEM_REASONS.includes(option.value)).map(({ value, label }) => ({ value, label }))}
          />
        </Form.Item>
        {pools.length > 1 && (
          <Form.Item label={t("pool.target")} extra={t("pool.targetHint")}>
            <Select allowClear value={poolId} onChange={(value: string | undefined) => setPoolId(value ?? null)} aria-label={t("pool.target")} placeholder={t("pool.targetDefault")} options={pools.map((pool) => ({ value: pool.pool_id, label: pool.name }))} />
          </Form.Item>
        )}
        <Form.Item label={t("ownership.note")}>
          <Input.TextArea value={note} maxLength={1000} rows={2} aria-label={t("ownership.note")} placeholder={t("ownership.notePlaceholder")} onChange={(event) => setNote(event.target.value)} />
        </Form.Item>
      </Form>
      <ErrorBanner error={error} />
    </Modal>
  );
}
