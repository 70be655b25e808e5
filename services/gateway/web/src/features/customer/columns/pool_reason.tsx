import type { CustomerColumn } from "@/features/customer/columns/column";
import styles from "@/features/customer/columns/columns.module.css";

export const column: CustomerColumn = {
  field: "pool_reason",
  width: 120,
  shownIn: "pool",
  poolOnly: true,
  render: (row, { find }) => {
    const reason = find("return_reason", row.pool_reason);
    if (!reason) return <span className={styles.nothing}>—</span>;
    return (
      <span className={styles.text} title={[reason.label, row.pool_note].filter(Boolean).join(" · ")}>
        {reason.label}
      </span>
    );
  },
};
