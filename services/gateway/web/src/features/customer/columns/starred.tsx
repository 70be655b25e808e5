import { Star } from "lucide-react";
import type { CustomerColumn } from "@/features/customer/columns/column";
import styles from "@/features/customer/columns/columns.module.css";

export const column: CustomerColumn = {
  field: "starred",
  width: 36,
  fixed: true,
  required: true,
  align: "center",
  render: (row, { t, onStar }) => (
    <button type="button" className={styles.star} aria-pressed={row.starred} aria-label={t(row.starred ? "list.unstarOne" : "list.starOne", { name: row.name })} onClick={() => onStar(row)}>
      <Star size={15} strokeWidth={1.75} aria-hidden />
    </button>
  ),
};
