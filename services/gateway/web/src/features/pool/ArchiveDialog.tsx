/** Takes a pool out of use; what is in it needs another pool first. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Form, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { archivePool, poolKeys, type Pool } from "@/api/pool";
import { countText } from "@/lib/count";
import { ErrorBanner } from "@/ui/ErrorBanner";

export function ArchiveDialog({ pool, others, onClose }: { pool: Pool; others: Pool[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [target, setTarget] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const full = pool.customers.value > 0;

  async function send(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await archivePool(pool.pool_id, full ? target : null);
      void message.success(t("pool.archived", { name: pool.name }));
      void client.invalidateQueries({ queryKey: poolKeys.all });
      void client.invalidateQueries({ queryKey: ["customers"] });
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  }

  return (
    <Modal open width={460} title={t("pool.archiveTitle", { name: pool.name })} okText={t("pool.archive")} cancelText={t("common.cancel")} okButtonProps={{ disabled: full && !target, loading: busy }} onOk={() => void send()} onCancel={onClose}>
      <p>{t("pool.archiveHint")}</p>
      {full && (
        <Form layout="vertical">
          <Form.Item label={t("pool.archiveTarget", { count: countText(pool.customers) })} htmlFor="archive-target" required>
            <Select id="archive-target" value={target} onChange={setTarget} placeholder={t("pool.pick")} options={others.map((each) => ({ value: each.pool_id, label: each.name }))} />
          </Form.Item>
        </Form>
      )}
      <ErrorBanner error={error} />
    </Modal>
  );
}
