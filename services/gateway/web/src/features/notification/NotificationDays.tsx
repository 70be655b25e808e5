/** Notifications under the day they belong to. */
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import type { Notification } from "@/api/notification";
import styles from "@/features/notification/notification.module.css";
import { NotificationItem } from "@/features/notification/NotificationItem";
import { byDay } from "@/features/notification/words";
import { daysFromToday, formatDay, inZone } from "@/lib/time";

type Props = { items: Notification[]; onRead: (item: Notification) => void; onFollow?: () => void };

export function NotificationDays({ items, onRead, onFollow }: Props) {
  const { t } = useTranslation();
  const title = (time: string): string => {
    const days = daysFromToday(time);
    if (days === 0) return t("common.today");
    if (days === -1) return t("common.yesterday");
    return inZone(time).locale(dayjs.locale()).format("YYYY-MM-DD ddd");
  };
  return (
    <>
      {byDay(items, formatDay).map(({ day, items: found }) => {
        const words = title(found[0]?.occurred_at ?? "");
        return (
          <section key={day} aria-label={words}>
            <h2 className={styles.day}>{words}</h2>
            <ul className={styles.list}>
              {found.map((item) => (
                <NotificationItem key={item.notification_id} item={item} onRead={onRead} onFollow={onFollow} />
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}
