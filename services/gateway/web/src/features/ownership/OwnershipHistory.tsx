/** Whose the customer was, from when until when, how and why. */
import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { UsersRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useOptions } from "@/api/option";
import { ownershipHistoryQuery, type OwnershipPeriod } from "@/api/ownership";
import styles from "@/features/ownership/ownership.module.css";
import { formatTime, inZone, now } from "@/lib/time";
import { useLate } from "@/lib/useLate";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { MemberAvatar } from "@/ui/MemberAvatar";

const HOW = ["created", "assigned", "claimed", "imported", "undone"];
const ENDED = ["assigned", "returned_to_pool", "claimed", "undone"];

export function OwnershipHistory({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const query = useQuery(ownershipHistoryQuery(customerId));
  const late = useLate(query.isPending);
  if (late) return <Skeleton active />;
  if (query.isError) return <ErrorBanner error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data && query.data.items.length === 0) return <EmptyState icon={<UsersRound size={20} />} title={t("ownership.noHistory")} hint={t("ownership.noHistoryHint")} />;
  return (
    <ol className={styles.periods}>
      {query.data?.items.map((period) => (
        <Period key={`${period.from}-${period.owner?.member_id ?? ""}`} period={period} />
      ))}
    </ol>
  );
}

function Period({ period }: { period: OwnershipPeriod }) {
  const { t } = useTranslation();
  const { find } = useOptions();
  const days = Math.max(0, (period.until ? inZone(period.until) : now()).diff(inZone(period.from), "day"));
  const how = HOW.includes(period.how) ? t(`ownership.how.${period.how}`, { name: period.by?.name ?? t("timeline.system") }) : period.how;
  const ended = period.ended_how && (ENDED.includes(period.ended_how) ? t(`ownership.ended.${period.ended_how}`) : period.ended_how);
  const reason = find("return_reason", period.reason)?.label;
  return (
    <li className={styles.period} data-current={period.until === null || undefined}>
      <div className={styles.periodHead}>
        <MemberAvatar member={period.owner} size={22} withName />
        {period.until === null && <span className={styles.current}>{t("ownership.current")}</span>}
        <span className={styles.days}>{days === 0 ? t("ownership.underADay") : t("ownership.days", { count: days })}</span>
      </div>
      <p className={styles.span}>
        {formatTime(period.from)} – {period.until ? formatTime(period.until) : t("ownership.untilNow")}
      </p>
      <p className={styles.how}>
        {how}
        {ended && ` · ${ended}`}
        {reason && ` · ${reason}`}
      </p>
      {period.note && <p className={styles.noteText}>{period.note}</p>}
    </li>
  );
}
