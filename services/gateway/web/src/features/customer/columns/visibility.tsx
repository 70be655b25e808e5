import type { CustomerColumn } from "@/features/customer/columns/column";
import styles from "@/features/customer/columns/columns.module.css";

export const column: CustomerColumn = { field: "visibility", width: 80, render: (row, { t }) => <span className={styles.quiet}>{t(row.visibility === "private" ? "list.private" : "list.public")}</span> };
