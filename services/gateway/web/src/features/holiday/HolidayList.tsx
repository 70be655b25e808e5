/** Days that differ from the week, in order; the organisation's own can be taken back. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Tag } from "antd";
import { Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { deleteHoliday, holidayKeys, saveHoliday, type Holiday } from "@/api/holiday";
import styles from "@/features/holiday/holiday.module.css";
import { useProblemToast } from "@/ui/useProblemToast";

export function HolidayList({ days, label }: { days: readonly Holiday[]; label: string }) {
  return (
    <ul className={styles.days} aria-label={label}>
      {days.map((day) => (
        <Day key={day.day} day={day} />
      ))}
    </ul>
  );
}

function Day({ day }: { day: Holiday }) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const showProblem = useProblemToast();
  const renew = () => client.invalidateQueries({ queryKey: holidayKeys.all });
  const undo = () => saveHoliday(day).then(renew).catch(showProblem);
  const remove = () =>
    deleteHoliday(day.day)
      .then(renew)
      .then(() =>
        message.success({
          content: (
            <span>
              {t("holiday.removed")}
              <Button type="link" size="small" onClick={() => void undo()}>
                {t("common.undo")}
              </Button>
            </span>
          ),
        }),
      )
      .catch(showProblem);
  // A day of the calendar has no zone: its weekday is that of the date as written.
  const weekday = new Date(`${day.day}T00:00:00Z`).toLocaleDateString(i18n.language === "en" ? "en-GB" : "zh-CN", { weekday: "short", timeZone: "UTC" });
  return (
    <li className={styles.day}>
      <span className={styles.date}>
        {day.day} <span className={styles.quiet}>{weekday}</span>
      </span>
      <Tag color={day.workday ? "warning" : undefined}>{t(day.workday ? "holiday.workday" : "holiday.free")}</Tag>
      <span className={styles.words}>{(i18n.language === "en" && day.name_en) || day.name || <span className={styles.quiet}>{t("holiday.nameless")}</span>}</span>
      {!day.official && <Button type="text" danger size="small" icon={<Trash2 size={14} />} aria-label={t("holiday.remove", { day: day.day })} onClick={() => void remove()} />}
    </li>
  );
}
