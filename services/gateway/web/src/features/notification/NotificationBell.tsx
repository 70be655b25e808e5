/** The bell in the top bar: how many are unread, the latest in a popover, requests answered in place. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Badge, Button, Popover, Skeleton } from "antd";
import { Bell, BellOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { recentNotificationsQuery } from "@/api/notification";
import styles from "@/features/notification/notification.module.css";
import { NotificationDays } from "@/features/notification/NotificationDays";
import { useReading } from "@/features/notification/useReading";
import { unreadText } from "@/features/notification/words";
import { useNarrow } from "@/lib/useNarrow";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBanner } from "@/ui/ErrorBanner";

export function NotificationBell() {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const text = unreadText(useQuery(recentNotificationsQuery).data?.unread);
  const label = text ? t("notification.bellCount", { number: text }) : t("notification.bell");
  const face = (
    <Badge count={text} size="small" offset={[text.length > 1 ? 4 : 0, 2]}>
      <Bell size={17} aria-hidden />
    </Badge>
  );
  // A phone has no room beside the list: there the page is the bell's list.
  if (narrow) return <Button type="text" className={styles.bell} aria-label={label} icon={face} onClick={() => void navigate({ to: "/notifications" })} />;
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      arrow={false}
      content={<Latest onClose={() => setOpen(false)} />}
      styles={{ container: { padding: 0 } }}
      destroyOnHidden
    >
      <Button type="text" className={styles.bell} aria-label={label} title={label} aria-haspopup="dialog" aria-expanded={open} icon={face} />
    </Popover>
  );
}

function Latest({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data, error, isPending, refetch } = useQuery(recentNotificationsQuery);
  const { read, readAll } = useReading();
  const items = data?.items ?? [];
  const seeAll = () => {
    onClose();
    void navigate({ to: "/notifications" });
  };
  return (
    <div className={styles.popover} role="dialog" aria-label={t("notification.title")}>
      <div className={styles.head}>
        <strong>{t("notification.title")}</strong>
        <Button type="link" size="small" disabled={!data || data.unread.value === 0} onClick={readAll}>
          {t("notification.markAll")}
        </Button>
      </div>
      <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("notification.title")}>
        {isPending && <Skeleton active className={styles.waiting} />}
        {error && !data && <ErrorBanner error={error} onRetry={() => void refetch()} />}
        {data && items.length === 0 && <EmptyState icon={<BellOff size={20} />} title={t("notification.empty")} hint={t("notification.emptyHint")} />}
        <NotificationDays items={items} onRead={read} onFollow={onClose} />
      </div>
      <Button type="link" block className={styles.foot} onClick={seeAll}>
        {t("notification.all")}
      </Button>
    </div>
  );
}
