/** Asks the owner for access: as what, and why. */
import { App, Form, Input, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { askForAccess } from "@/api/access_request";
import type { Customer, ParticipantRole } from "@/api/customer";
import { useCustomerCache } from "@/api/customer_cache";
import styles from "@/features/access_request/access_request.module.css";
import { FormDialog } from "@/ui/FormDialog";

export function AskDialog({ customer, owner, open, onClose }: { customer: Customer; owner: string; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const cache = useCustomerCache(customer.customer_id);
  const [role, setRole] = useState<ParticipantRole>("editor");
  const [words, setWords] = useState("");

  async function send(): Promise<void> {
    await askForAccess(customer.customer_id, role, words.trim());
    await cache.refresh();
    void message.success(t("access_request.sent", { name: owner }));
  }
  return (
    <FormDialog open={open} width={460} title={t("access_request.ask")} intro={t("access_request.intro", { name: owner })} okText={t("access_request.send")} onSend={send} onClose={onClose}>
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
    </FormDialog>
  );
}
