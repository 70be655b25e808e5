import type { CustomerColumn } from "@/features/customer/columns/column";
import styles from "@/features/customer/columns/columns.module.css";
import { daysFromToday, formatTime } from "@/lib/time";

/** How long a customer has been waiting in the pool, in days. */
export const column: CustomerColumn = {
  field: "pool_entered_at",
  width: 96,
  shownIn: "pool",
  poolOnly: true,
  natural: "desc",
  render: (row, { t }) => {
    if (!row.pool_entered_at) return <span className={styles.nothing}>—</span>;
    const days = Math.max(0, -daysFromToday(row.pool_entered_at));
    return (
      <time dateTime={row.pool_entered_at} title={formatTime(row.pool_entered_at)} className={styles.quiet}>
        {days === 0 ? t("common.today") : t("list.days", { count: days })}
      </time>
    );
  },
};
