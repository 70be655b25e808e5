import type { CustomerColumn } from "@/features/customer/columns/column";
import styles from "@/features/customer/columns/columns.module.css";
import { RelativeTime } from "@/ui/RelativeTime";

export const column: CustomerColumn = {
  field: "last_follow_up_at",
  width: 236,
  natural: "desc",
  shownIn: "every",
  render: (row, { t }) => {
    if (!row.last_follow_up_at) return <span className={styles.nothing}>{t("list.neverFollowedUp")}</span>;
    return (
      <span className={styles.followUp}>
        <RelativeTime time={row.last_follow_up_at} className={styles.quiet} />
        <span className={styles.excerpt} title={row.last_follow_up_excerpt ?? undefined}>
          {row.last_follow_up_excerpt}
        </span>
      </span>
    );
  },
};
