/** Returns one customer to the pool, with the reason. */
import { useQuery } from "@tanstack/react-query";
import { Form, Input, Radio, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Customer } from "@/api/customer";
import { useCustomerCache } from "@/api/customer_cache";
import { useOptions } from "@/api/option";
import { returnCustomerToPool } from "@/api/ownership";
import { claimersOf, poolsQuery } from "@/api/pool";
import styles from "@/features/ownership/ownership.module.css";
import { FormDialog } from "@/ui/FormDialog";
import { useSaidDone } from "@/ui/useSaidDone";

/** Reasons of the system itself: no person chooses them. */
const SYSTEM_REASONS = ["overdue"];

export function ReturnDialog({ customer, open, onClose }: { customer: Customer; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { choices } = useOptions();
  const cache = useCustomerCache(customer.customer_id);
  const sayDone = useSaidDone();
  const [reason, setReason] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [poolId, setPoolId] = useState<string | null>(null);
  const pools = useQuery({ ...poolsQuery(), enabled: open }).data?.items ?? [];
  const { kind, name: poolName } = claimersOf(pools, poolId);
  const who = t(`pool.claimers.${kind}`, { name: poolName });

  async function send(): Promise<void> {
    if (!reason) return;
    const { answer, batchId } = await returnCustomerToPool(customer.customer_id, reason, note.trim(), poolId);
    cache.put(answer);
    sayDone(t("ownership.returned", { name: customer.name }), batchId);
  }
  return (
    <FormDialog open={open} title={t("ownership.returnTitle")} intro={t("ownership.returnHint", { name: customer.name, who })} okText={t("ownership.return")} ready={reason !== null} onSend={send} onClose={onClose}>
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
    </FormDialog>
  );
}
