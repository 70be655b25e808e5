/** Holds a customer: until which day, and why; changes or ends a hold that runs. */
import { App, Button, DatePicker, Form, Input, Modal } from "antd";
import type { Dayjs } from "dayjs";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Customer } from "@/api/customer";
import { useCustomerCache } from "@/api/customer_cache";
import { holdCustomer, releaseHold } from "@/api/lock";
import styles from "@/features/lock/lock.module.css";
import { isComposing } from "@/lib/keys";
import { now, wallOf } from "@/lib/time";
import { ErrorBanner } from "@/ui/ErrorBanner";

const PICKS = [7, 30, 90, 180];
const DAYS_MAX = 365;

const today = (): Dayjs => wallOf(now().toISOString()).startOf("day");

export function HoldDialog({ customer, open, onClose }: { customer: Customer; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const cache = useCustomerCache(customer.customer_id);
  const [until, setUntil] = useState<Dayjs | null>(null);
  const [reason, setReason] = useState("");
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const held = customer.hold_until !== null;

  useEffect(() => {
    if (!open) return;
    setUntil(customer.hold_until ? wallOf(customer.hold_until) : today().add(30, "day"));
    setReason(customer.hold_reason ?? "");
    setError(null);
  }, [open, customer.hold_until, customer.hold_reason]);

  const ready = until !== null && reason.trim() !== "";
  async function run(change: () => Promise<Customer>, said: string): Promise<void> {
    if (saving) return;
    setSaving(true);
    setError(null);
    try {
      cache.put(await change());
      void message.success(said);
      onClose();
    } catch (problem) {
      setError(problem);
    } finally {
      setSaving(false);
    }
  }
  const save = () => {
    if (!until || !ready) return;
    void run(() => holdCustomer(customer.customer_id, until.format("YYYY-MM-DD"), reason.trim()), t("lock.held", { day: until.format("YYYY-MM-DD") }));
  };
  const release = () => void run(() => releaseHold(customer.customer_id), t("lock.released"));

  return (
    <Modal
      open={open}
      width={480}
      title={t("lock.holdTitle")}
      onCancel={onClose}
      destroyOnHidden
      footer={[
        held && (
          <Button key="release" danger disabled={saving} onClick={release}>
            {t("lock.release")}
          </Button>
        ),
        <Button key="cancel" onClick={onClose}>
          {t("common.cancel")}
        </Button>,
        <Button key="save" type="primary" disabled={!ready} loading={saving} onClick={save}>
          {t(held ? "common.save" : "lock.hold")}
        </Button>,
      ]}
    >
      <p className={styles.intro}>{t("lock.holdIntro", { name: customer.name })}</p>
      <Form layout="vertical" onKeyDown={(event) => !isComposing(event) && event.key === "Enter" && (event.ctrlKey || event.metaKey) && save()}>
        <Form.Item label={t("lock.until")} required>
          <div className={styles.picks}>
            {PICKS.map((days) => (
              <Button key={days} size="small" type={until?.isSame(today().add(days, "day"), "day") ? "primary" : "default"} onClick={() => setUntil(today().add(days, "day"))}>
                {t("lock.days", { count: days })}
              </Button>
            ))}
          </div>
          <DatePicker
            className={styles.day}
            value={until}
            allowClear={false}
            aria-label={t("lock.until")}
            disabledDate={(day) => day.isBefore(today(), "day") || day.isAfter(today().add(DAYS_MAX, "day"), "day")}
            onChange={setUntil}
          />
        </Form.Item>
        <Form.Item label={t("lock.reason")} required>
          <Input.TextArea value={reason} rows={2} maxLength={500} aria-label={t("lock.reason")} placeholder={t("lock.reasonPlaceholder")} onChange={(event) => setReason(event.target.value)} />
        </Form.Item>
      </Form>
      <ErrorBanner error={error} />
    </Modal>
  );
}
