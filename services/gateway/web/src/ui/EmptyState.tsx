/** What an empty place says: why it is empty and how to fill it. */
import type { ReactNode } from "react";
import styles from "@/ui/EmptyState.module.css";

type Props = { icon?: ReactNode; title: string; hint?: ReactNode; children?: ReactNode };

export function EmptyState({ icon, title, hint, children }: Props) {
  return (
    <div className={styles.box}>
      {icon && (
        <div className={styles.icon} aria-hidden>
          {icon}
        </div>
      )}
      <p className={styles.title}>{title}</p>
      {hint && <p className={styles.hint}>{hint}</p>}
      {children && <div className={styles.actions}>{children}</div>}
    </div>
  );
}
