/** One exception of the organisation: which day, whether it works then, what the day is called. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, DatePicker, Input, Radio } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { holidayKeys, saveHoliday } from "@/api/holiday";
import styles from "@/features/holiday/holiday.module.css";
import { useProblemToast } from "@/ui/useProblemToast";

export function HolidayForm({ year }: { year: number }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const showProblem = useProblemToast();
  const [day, setDay] = useState<string | null>(null);
  const [workday, setWorkday] = useState(false);
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);

  async function add(): Promise<void> {
    if (!day) return;
    setBusy(true);
    try {
      await saveHoliday({ day, workday, name });
      await client.invalidateQueries({ queryKey: holidayKeys.all });
      void message.success(t("holiday.saved"));
      setDay(null);
      setName("");
    } catch (problem) {
      showProblem(problem);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      {/* Enter takes the typed day; it must not send the form with it. */}
      <DatePicker onKeyDown={(event) => event.key === "Enter" && event.preventDefault()} value={day ? dayjs(day) : null} defaultPickerValue={dayjs(`${year}-01-01`)} placeholder={t("holiday.day")} aria-label={t("holiday.day")} onChange={(next: dayjs.Dayjs | null) => setDay(next ? next.format("YYYY-MM-DD") : null)} />
      <Radio.Group
        value={workday}
        optionType="button"
        aria-label={t("holiday.kind")}
        options={[
          { value: false, label: t("holiday.free") },
          { value: true, label: t("holiday.workday") },
        ]}
        onChange={(event) => setWorkday(event.target.value as boolean)}
      />
      <Input className={styles.name} value={name} maxLength={60} placeholder={t("holiday.nameHint")} aria-label={t("holiday.name")} onChange={(event) => setName(event.target.value)} />
      <Button type="primary" htmlType="submit" loading={busy} disabled={!day}>
        {t("common.add")}
      </Button>
    </form>
  );
}
