import { Lock, EyeOff } from "lucide-react";
import type { CustomerColumn } from "@/features/customer/columns/column";
import { TagsInline } from "@/ui/TagChip";
import styles from "@/features/customer/columns/columns.module.css";

export const column: CustomerColumn = {
  field: "name",
  width: 248,
  fixed: true,
  required: true,
  natural: "asc",
  render: (row, { t, linkTo, onOpen }) => (
    <span className={styles.name}>
      <a
        href={linkTo(row)}
        className={styles.link}
        title={row.name}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return; // the browser's own: a new tab
          event.preventDefault();
          onOpen(row);
        }}
      >
        {row.name}
      </a>
      {row.visibility === "private" && (
        <span className={styles.mark} role="img" aria-label={t("list.private")} title={t("list.privateHint")}>
          <EyeOff size={13} aria-hidden />
        </span>
      )}
      {row.locked_at && (
        <span className={styles.mark} role="img" aria-label={t("list.locked")} title={t("list.lockedHint")}>
          <Lock size={13} aria-hidden />
        </span>
      )}
      <TagsInline tags={row.tags} />
    </span>
  ),
};
