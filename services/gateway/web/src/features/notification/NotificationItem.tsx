/** One notification: what happened to which customer, and for a request for access the answer to give. */
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { approveAccess, declineAccess } from "@/api/access_request";
import { customerKeys } from "@/api/customer";
import { notificationKeys, type Notification } from "@/api/notification";
import { useOptions } from "@/api/option";
import styles from "@/features/notification/notification.module.css";
import { detail, notificationIcon } from "@/features/notification/words";
import { RelativeTime } from "@/ui/RelativeTime";
import { useProblemToast } from "@/ui/useProblemToast";

type Props = { item: Notification; onRead: (item: Notification) => void; onFollow?: () => void };

export function NotificationItem({ item, onRead, onFollow }: Props) {
  const { t } = useTranslation();
  const Icon = notificationIcon(item.kind);
  const sentence = useSentence(item);
  const more = useMore(item);
  const follow = () => {
    onRead(item);
    onFollow?.();
  };
  return (
    <li className={styles.item} data-unread={!item.read || undefined}>
      <span className={styles.icon} data-kind={item.kind} aria-hidden>
        <Icon size={15} />
      </span>
      <div className={styles.body}>
        {item.customer ? (
          <Link to="/customers/$customerId" params={{ customerId: item.customer.customer_id }} className={styles.line} onClick={follow}>
            {sentence}
          </Link>
        ) : (
          <span className={styles.line}>{sentence}</span>
        )}
        {more && <p className={styles.more}>{more}</p>}
        {item.kind === "access_requested" && item.customer && <Decision item={item} onRead={onRead} />}
        <RelativeTime time={item.occurred_at} className={styles.time} />
      </div>
      {!item.read && (
        <button type="button" className={styles.dot} aria-label={t("notification.markRead", { what: sentence })} title={t("notification.markOne")} onClick={() => onRead(item)}>
          <span aria-hidden />
        </button>
      )}
    </li>
  );
}

function useSentence(item: Notification): string {
  const { t } = useTranslation();
  if (!item.customer) return t("notification.neutral");
  const customer = item.count > 1 ? t("notification.several", { name: item.customer.name, count: item.count }) : item.customer.name;
  return t(`notification.kind.${item.kind}`, {
    who: item.actor?.member_id ? item.actor.name : t("notification.system"),
    asker: detail(item, "name") || item.actor?.name,
    customer,
  });
}

/** What was said with it, or what it is about. */
function useMore(item: Notification): string {
  const { t } = useTranslation();
  const { find } = useOptions();
  const role = item.kind.startsWith("access_") || item.kind.startsWith("participant_") ? detail(item, "role") : "";
  const left = detail(item, "days_left");
  const quoted = [detail(item, "message"), detail(item, "note")].filter(Boolean).map((words) => `“${words}”`);
  return [
    role && t(`notification.role.${role}`),
    find("return_reason", detail(item, "reason"))?.label ?? detail(item, "reason_text"),
    detail(item, "rule"),
    left && t("notification.daysLeft", { count: Number(left) }),
    ...quoted,
  ]
    .filter(Boolean)
    .join(" · ");
}

function Decision({ item, onRead }: { item: Notification; onRead: (item: Notification) => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const showProblem = useProblemToast();
  const [saving, setSaving] = useState(false);
  if (item.state !== "open") return <p className={styles.state}>{item.state && t(`notification.state.${item.state}`)}</p>;
  const request = detail(item, "access_request_id");
  const name = detail(item, "name");
  function decide(approve: boolean): void {
    setSaving(true);
    void (approve ? approveAccess(request) : declineAccess(request))
      .then(() => {
        void message.success(t(approve ? "access_request.granted" : "access_request.declined", { name }));
        onRead(item);
      }, showProblem)
      .finally(() => {
        setSaving(false);
        void client.invalidateQueries({ queryKey: notificationKeys.all });
        if (item.customer) void client.invalidateQueries({ queryKey: customerKeys.one(item.customer.customer_id) });
      });
  }
  return (
    <span className={styles.decision}>
      <Button size="small" type="primary" loading={saving} onClick={() => decide(true)}>
        {t("access_request.approve")}
      </Button>
      <Button size="small" disabled={saving} onClick={() => decide(false)}>
        {t("access_request.decline")}
      </Button>
    </span>
  );
}
