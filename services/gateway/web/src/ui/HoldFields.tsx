/** What a hold needs to know: until which day, and why. */
import { Button, DatePicker, Form, Input } from "antd";
import type { Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import { now, wallOf } from "@/lib/time";
import styles from "@/ui/HoldFields.module.css";

export type Hold = { until: Dayjs | null; reason: string };

const PICKS = [7, 30, 90, 180];
const DAYS_MAX = 365;

const today = (): Dayjs => wallOf(now().toISOString()).startOf("day");

export const usualHold = (): Hold => ({ until: today().add(30, "day"), reason: "" });
export const isWhole = (hold: Hold): boolean => hold.until !== null && hold.reason.trim() !== "";
/** As the interface takes it. */
export const holdBody = (hold: Hold): { until: string; reason: string } => ({ until: hold.until?.format("YYYY-MM-DD") ?? "", reason: hold.reason.trim() });

export function HoldFields({ value, onChange }: { value: Hold; onChange: (hold: Hold) => void }) {
  const { t } = useTranslation();
  const { until, reason } = value;
  return (
    <>
      <Form.Item label={t("lock.until")} required>
        <div className={styles.picks}>
          {PICKS.map((days) => (
            <Button key={days} size="small" type={until?.isSame(today().add(days, "day"), "day") ? "primary" : "default"} onClick={() => onChange({ ...value, until: today().add(days, "day") })}>
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
          onChange={(day: Dayjs | null) => onChange({ ...value, until: day })}
        />
      </Form.Item>
      <Form.Item label={t("lock.reason")} required>
        <Input.TextArea value={reason} rows={2} maxLength={500} aria-label={t("lock.reason")} placeholder={t("lock.reasonPlaceholder")} onChange={(event) => onChange({ ...value, reason: event.target.value })} />
      </Form.Item>
    </>
  );
}
