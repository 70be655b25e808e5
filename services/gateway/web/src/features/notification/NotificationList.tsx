/** All notifications by pages, or the unread ones. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Segmented, Skeleton } from "antd";
import { BellOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { notificationsQuery } from "@/api/notification";
import styles from "@/features/notification/notification.module.css";
import { NotificationDays } from "@/features/notification/NotificationDays";
import { useReading } from "@/features/notification/useReading";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBanner } from "@/ui/ErrorBanner";

export function NotificationList() {
  const { t } = useTranslation();
  const [unread, setUnread] = useState(false);
  const query = useInfiniteQuery(notificationsQuery(unread));
  const { read, readAll } = useReading();
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const left = query.data?.pages[0]?.unread.value ?? 0;
  const choices = [
    { value: "all", label: t("notification.everything") },
    { value: "unread", label: t("notification.unreadOnly") },
  ];
  return (
    <>
      <div className={styles.tools}>
        <Segmented value={unread ? "unread" : "all"} onChange={(value) => setUnread(value === "unread")} options={choices} aria-label={t("notification.filter")} />
        <Button disabled={left === 0} onClick={readAll}>
          {t("notification.markAll")}
        </Button>
      </div>
      {query.isPending && <Skeleton active />}
      {query.isError && <ErrorBanner error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && (
        <EmptyState icon={<BellOff size={20} />} title={t(unread ? "notification.emptyUnread" : "notification.empty")} hint={unread ? undefined : t("notification.emptyHint")} />
      )}
      <div className={styles.framed} data-any={items.length > 0 || undefined}>
        <NotificationDays items={items} onRead={read} />
      </div>
      {query.hasNextPage && (
        <Button block loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("notification.more")}
        </Button>
      )}
    </>
  );
}
