/** Hold many customers: until the same day, for the same reason. */
import { Alert, Form, Modal } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { holdBody, HoldFields, isWhole, usualHold } from "@/ui/HoldFields";

type Props = { open: boolean; count: number; busy: boolean; onClose: () => void; onHold: (until: string, reason: string) => void };

export function HoldDialog({ open, count, busy, onClose, onHold }: Props) {
  const { t } = useTranslation();
  const [hold, setHold] = useState(usualHold);
  useEffect(() => {
    if (open) setHold(usualHold());
  }, [open]);
  const send = () => {
    const { until, reason } = holdBody(hold);
    onHold(until, reason);
  };
  return (
    <Modal open={open} title={t("batch.holdMany", { count })} width={460} destroyOnHidden onCancel={onClose} okText={t("batch.holdNow", { count })} cancelText={t("common.cancel")} okButtonProps={{ disabled: !isWhole(hold), loading: busy }} onOk={send}>
      <Alert type="info" showIcon title={t("batch.holdHint")} style={{ marginBottom: 14 }} />
      <Form layout="vertical">
        <HoldFields value={hold} onChange={setHold} />
      </Form>
    </Modal>
  );
}
