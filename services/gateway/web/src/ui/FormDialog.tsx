/** A small form in a dialog that does one thing: sends once, stays open with what went wrong, takes Ctrl+Enter. */
import { Button, Form, Modal } from "antd";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isComposing } from "@/lib/keys";
import { ErrorBanner } from "@/ui/ErrorBanner";
import styles from "@/ui/FormDialog.module.css";

type Props = {
  open: boolean;
  title: string;
  intro?: string;
  okText: string;
  /** Enough is filled in. */
  ready?: boolean;
  width?: number;
  onSend: () => Promise<void>;
  onClose: () => void;
  /** Something else that can be done here, e.g. take back what stands. */
  other?: { text: string; onSend: () => Promise<void> };
  children: ReactNode;
};

export function FormDialog({ open, title, intro, okText, ready = true, width = 480, onSend, onClose, other, children }: Props) {
  const { t } = useTranslation();
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (open) setError(null);
  }, [open]);
  async function run(send: () => Promise<void>): Promise<void> {
    if (saving) return;
    setSaving(true);
    setError(null);
    try {
      await send();
      onClose();
    } catch (problem) {
      setError(problem);
    } finally {
      setSaving(false);
    }
  }
  const submit = () => void (ready && run(onSend));
  return (
    <Modal
      open={open}
      width={width}
      title={title}
      onCancel={onClose}
      destroyOnHidden
      footer={[
        other && (
          <Button key="other" danger disabled={saving} onClick={() => void run(other.onSend)}>
            {other.text}
          </Button>
        ),
        <Button key="cancel" onClick={onClose}>
          {t("common.cancel")}
        </Button>,
        <Button key="ok" type="primary" disabled={!ready} loading={saving} onClick={submit}>
          {okText}
        </Button>,
      ]}
    >
      {intro && <p className={styles.intro}>{intro}</p>}
      <Form layout="vertical" onKeyDown={(event) => !isComposing(event) && event.key === "Enter" && (event.ctrlKey || event.metaKey) && submit()}>
        {children}
      </Form>
      <ErrorBanner error={error} />
    </Modal>
  );
}
