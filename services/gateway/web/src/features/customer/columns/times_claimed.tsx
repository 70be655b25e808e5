import type { CustomerColumn } from "@/features/customer/columns/column";
import styles from "@/features/customer/columns/columns.module.css";

export const column: CustomerColumn = {
  field: "times_claimed",
  width: 88,
  align: "right",
  shownIn: "pool",
  poolOnly: true,
  render: (row) => <span className={styles.number}>{row.times_claimed ?? 0}</span>,
};
