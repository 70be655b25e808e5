/** Give customers back to the pool: the reason stays with them for whoever claims them next. */
import { useQuery } from "@tanstack/react-query";
import { Form, Input, Modal, Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useOptions } from "@/api/option";
import { claimersOf, poolsQuery } from "@/api/pool";
import type { Named } from "@/features/customer/batch/outcome";

type Props = { open: boolean; customers: Named[]; count: number; busy: boolean; onClose: () => void; onReturn: (reason: string, note: string, poolId: string | null) => void };

export function ReturnDialog({ open, customers, count, busy, onClose, onReturn }: Props) {
  const { t } = useTranslation();
  const { choices } = useOptions();
  const [reason, setReason] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [poolId, setPoolId] = useState<string | null>(null);
  const pools = useQuery({ ...poolsQuery(), enabled: open }).data?.items ?? [];
  const { kind, name: poolName } = claimersOf(pools, poolId);
  const who = t(`pool.claimers.${kind}`, { name: poolName });
  useEffect(() => {
    if (!open) return;
    setPoolId(null);
    setReason(null);
    setNote("");
  }, [open]);
  const reasons = choices("return_reason").filter((option) => !option.system);
  const title = count === 1 ? t("batch.returnOne", { name: customers[0]?.name ?? "" }) : t("batch.returnMany", { count });
  return (
    <Modal
      open={open}
      title={title}
      width={440}
      destroyOnHidden
      onCancel={onClose}
      okText={t("batch.returnNow", { count })}
      cancelText={t("common.cancel")}
      okButtonProps={{ disabled: !reason, loading: busy }}
      onOk={() => reason && onReturn(reason, note.trim(), poolId)}
    >
      <Form layout="vertical">
        <Form.Item label={t("batch.reason")} required htmlFor="return-reason">
          <Select id="return-reason" autoFocus value={reason} onChange={setReason} placeholder={t("batch.pickReason")} options={reasons.map(({ value, label }) => ({ value, label }))} />
        </Form.Item>
        {pools.length > 1 && (
          <Form.Item label={t("pool.target")} htmlFor="return-pool" extra={t("pool.targetHint")}>
            <Select id="return-pool" allowClear value={poolId} onChange={(value: string | undefined) => setPoolId(value ?? null)} placeholder={t("pool.targetDefault")} options={pools.map((pool) => ({ value: pool.pool_id, label: pool.name }))} />
          </Form.Item>
        )}
        <Form.Item label={t("batch.note")} htmlFor="return-note" extra={t("batch.returnHint", { who })}>
          <Input.TextArea id="return-note" value={note} onChange={(event) => setNote(event.target.value)} maxLength={500} rows={2} placeholder={t("batch.notePlaceholder")} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
