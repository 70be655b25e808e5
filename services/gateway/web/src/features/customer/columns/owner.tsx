import type { CustomerColumn } from "@/features/customer/columns/column";
import styles from "@/features/customer/columns/columns.module.css";
import { MemberAvatar } from "@/ui/MemberAvatar";

export const column: CustomerColumn = {
  field: "owner",
  width: 108,
  shownIn: "not_pool",
  render: (row, { t }) => (row.owner ? <MemberAvatar member={row.owner} withName /> : <span className={styles.quiet}>{t(row.state === "pool" ? "list.inPool" : "common.unassigned")}</span>),
};
