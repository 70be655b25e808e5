/** Marks notifications as read: at once on the screen, then at the server. */
import { useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useCallback } from "react";
import { notificationKeys, readAllNotifications, readNotifications, recentNotificationsQuery, type Notification, type NotificationPage } from "@/api/notification";
import { useProblemToast } from "@/ui/useProblemToast";

export function useReading(): { read: (item: Notification) => void; readAll: () => void } {
  const client = useQueryClient();
  const showProblem = useProblemToast();
  const show = useCallback(
    (isRead: (item: Notification) => boolean, fewer: (value: number) => number) => {
      const change = (page: NotificationPage): NotificationPage => ({
        ...page,
        unread: { ...page.unread, value: fewer(page.unread.value) },
        items: page.items.map((item) => (isRead(item) ? { ...item, read: true } : item)),
      });
      client.setQueryData(recentNotificationsQuery.queryKey, (page) => page && change(page));
      client.setQueriesData<InfiniteData<NotificationPage>>({ queryKey: [...notificationKeys.all, "list"] }, (data) => data && { ...data, pages: data.pages.map(change) });
    },
    [client],
  );
  const ask = useCallback(() => client.invalidateQueries({ queryKey: notificationKeys.all }), [client]);
  const read = useCallback(
    (item: Notification) => {
      if (item.read) return;
      show(
        (each) => each.notification_id === item.notification_id,
        (value) => Math.max(0, value - 1),
      );
      void readNotifications([item.notification_id]).then(ask, showProblem);
    },
    [ask, show, showProblem],
  );
  const readAll = useCallback(() => {
    show(
      () => true,
      () => 0,
    );
    void readAllNotifications().then(ask, showProblem);
  }, [ask, show, showProblem]);
  return { read, readAll };
}
