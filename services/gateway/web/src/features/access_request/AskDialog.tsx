/** Asks the owner for access: as what, and why. */
import { App, Form, Input, Modal, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { askForAccess } from "@/api/access_request";
import type { Customer, ParticipantRole } from "@/api/customer";
import { useCustomerCache } from "@/api/customer_cache";
import styles from "@/features/access_request/access_request.module.css";
import { isComposing } from "@/lib/keys";
import { ErrorBanner } from "@/ui/ErrorBanner";

export function AskDialog({ customer, owner, open, onClose }: { customer: Customer; owner: string; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const cache = useCustomerCache(customer.customer_id);
  const [role, setRole] = useState<ParticipantRole>("editor");
  const [words, setWords] = useState("");
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function send(): Promise<void> {
    if (saving) return;
    setSaving(true);
    setError(null);
    try {
      await askForAccess(customer.customer_id, role, words.trim());
      await cache.refresh();
      void message.success(t("access_request.sent", { name: owner }));
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
      width={460}
      title={t("access_request.ask")}
      okText={t("access_request.send")}
      cancelText={t("common.cancel")}
      okButtonProps={{ loading: saving }}
      onOk={() => void send()}
      onCancel={onClose}
      destroyOnHidden
    >
      <p className={styles.intro}>{t("access_request.intro", { name: owner })}</p>
      <Form layout="vertical" onKeyDown={(event) => !isComposing(event) && event.key === "Enter" && (event.ctrlKey || event.metaKey) && void send()}>
        <Form.Item label={t("access_request.role")}>
          <Radio.Group
            className={styles.roles}
            aria-label={t("access_request.role")}
            value={role}
            onChange={(event) => setRole(event.target.value as ParticipantRole)}
            options={[
              { value: "editor", label: t("access_request.editor") },
              { value: "viewer", label: t("access_request.viewer") },
            ]}
          />
        </Form.Item>
        <Form.Item label={t("access_request.message")}>
          <Input.TextArea value={words} rows={2} maxLength={500} aria-label={t("access_request.message")} placeholder={t("access_request.messagePlaceholder")} onChange={(event) => setWords(event.target.value)} />
        </Form.Item>
      </Form>
      <ErrorBanner error={error} />
    </Modal>
  );
}
