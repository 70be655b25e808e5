import type { CustomerColumn } from "@/features/customer/columns/column";
import styles from "@/features/customer/columns/columns.module.css";

export const column: CustomerColumn = {
  field: "customer_no",
  width: 88,
  fixed: true,
  shownIn: "every",
  render: (row) => <span className={styles.number}>{row.customer_no}</span>,
};
