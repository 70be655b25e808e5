/** What this member is told: the latest, all by pages, how many are unread, marking as read. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Schema } from "@/api/schema";
import { http } from "@/lib/http";

export type Notification = Schema<"Notification">;
export type NotificationPage = Schema<"Notifications">;

export const notificationKeys = { all: ["notifications"] as const };

const ASK_MS = 60_000;

export const recentNotificationsQuery = queryOptions({
  queryKey: [...notificationKeys.all, "recent"],
  queryFn: ({ signal }) => http.get<NotificationPage>("/api/notifications", { limit: 20 }, signal),
  refetchInterval: ASK_MS,
});

export const notificationsQuery = (unread: boolean) =>
  infiniteQueryOptions({
    queryKey: [...notificationKeys.all, "list", unread],
    queryFn: ({ pageParam, signal }) => http.get<NotificationPage>("/api/notifications", { limit: 50, unread: unread || undefined, after: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const readNotifications = (notificationIds: string[]) => http.post<void>("/api/notifications/read", { notification_ids: notificationIds });

export const readAllNotifications = () => http.post<void>("/api/notifications/read", { all: true });
