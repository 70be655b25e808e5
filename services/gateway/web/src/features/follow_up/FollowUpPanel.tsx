/** Follow-ups of one customer: the composer on top, then what was recorded, newest first. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Skeleton } from "antd";
import { MessagesSquare } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Access, Customer } from "@/api/customer";
import { followUpsQuery } from "@/api/follow_up";
import { Composer } from "@/features/follow_up/Composer";
import { FollowUpItem } from "@/features/follow_up/FollowUpItem";
import styles from "@/features/follow_up/FollowUpPanel.module.css";
import { accessReason } from "@/lib/access";
import { useLate } from "@/lib/useLate";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBanner } from "@/ui/ErrorBanner";

type Props = { customer: Customer; access: Access | undefined; asked: number };

export function FollowUpPanel({ customer, access, asked }: Props) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(followUpsQuery(customer.customer_id));
  const late = useLate(query.isPending);
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const write = access?.actions.follow_up;
  return (
    <div className={styles.panel}>
      {write?.allowed && <Composer key={customer.customer_id} customer={customer} asked={asked} />}
      {write && !write.allowed && <p className={styles.refused}>{accessReason(write)}</p>}
      {late && <Skeleton active paragraph={{ rows: 4 }} />}
      {query.isError && <ErrorBanner error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && <EmptyState icon={<MessagesSquare size={20} />} title={t("follow_up.empty")} hint={write?.allowed ? t("follow_up.emptyHint") : undefined} />}
      <ul className={styles.list}>
        {items.map((item) => (
          <FollowUpItem key={item.follow_up_id} followUp={item} customer={customer} mayManage={access?.actions.assign?.allowed ?? false} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button block loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("follow_up.more")}
        </Button>
      )}
    </div>
  );
}
