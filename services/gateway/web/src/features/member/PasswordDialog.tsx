/** Gives another member a new password. */
import { App, Form, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { resetPassword, type Member } from "@/api/member";
import styles from "@/features/member/member.module.css";
import { generatePassword } from "@/lib/password";
import { CopyButton } from "@/ui/CopyButton";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { PasswordField } from "@/ui/PasswordField";

export function PasswordDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [password, setPassword] = useState(generatePassword);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  async function save(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await resetPassword(member.member_id, password);
      void message.success(t("member.resetDone", { name: member.name }));
      onClose();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Modal open width={460} title={t("member.resetTitle", { name: member.name })} okText={t("member.resetPassword")} cancelText={t("common.cancel")} okButtonProps={{ disabled: password === "" }} confirmLoading={busy} onOk={() => void save()} onCancel={onClose}>
      <p className={styles.hint}>{t("member.resetHint")}</p>
      <Form layout="vertical">
        <Form.Item label={t("member.newPassword")} extra={t("member.passwordHint")}>
          <div className={styles.withCopy}>
            <div>
              <PasswordField label={t("member.newPassword")} value={password} onChange={setPassword} generate />
            </div>
            <CopyButton text={password} label={t("member.newPassword")} />
          </div>
        </Form.Item>
      </Form>
      <ErrorBanner error={error} />
    </Modal>
  );
}
