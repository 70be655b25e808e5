import { useTranslation } from "react-i18next";
import { NotificationList } from "@/features/notification/NotificationList";
import { PageFrame } from "@/ui/PageFrame";

export function NotificationsPage() {
  const { t } = useTranslation();
  return (
    <PageFrame title={t("notification.title")} hint={t("notification.pageHint")}>
      <NotificationList />
    </PageFrame>
  );
}
