import type { CustomerColumn } from "@/features/customer/columns/column";
import styles from "@/features/customer/columns/columns.module.css";

export const column: CustomerColumn = {
  field: "level",
  width: 68,
  natural: "asc",
  shownIn: "every",
  render: (row, { find }) => {
    const option = find("level", row.level);
    if (!option) return <span className={styles.nothing}>—</span>;
    return (
      <span className={styles.level} data-level={option.value} title={option.label}>
        {option.value}
      </span>
    );
  },
};
