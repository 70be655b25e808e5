/** When to speak with a customer next: red when it is past, orange when it is today. */
import { useTranslation } from "react-i18next";
import styles from "@/features/customer/columns/columns.module.css";
import { daysFromToday, formatTime, inZone } from "@/lib/time";

export function NextContact({ time }: { time: string | null | undefined }) {
  const { t } = useTranslation();
  if (!time) return <span className={styles.nothing}>—</span>;
  const days = daysFromToday(time);
  const due = days < 0 ? "overdue" : days === 0 ? "today" : "later";
  const text =
    days < 0 ? t("list.overdueBy", { count: -days }) : days === 0 ? `${t("common.today")} ${inZone(time).format("HH:mm")}` : days === 1 ? `${t("common.tomorrow")} ${inZone(time).format("HH:mm")}` : inZone(time).format("MM-DD HH:mm");
  return (
    <time dateTime={time} title={formatTime(time)} className={styles.due} data-due={due}>
      {text}
    </time>
  );
}
