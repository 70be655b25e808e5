/** A page beside the list: title, actions at the right, and its content in a readable width. */
import type { ReactNode } from "react";
import styles from "@/ui/PageFrame.module.css";

export function PageFrame({ title, hint, actions, children, wide = false }: { title: string; hint?: ReactNode; actions?: ReactNode; children: ReactNode; wide?: boolean }) {
  return (
    <div className={styles.page} data-wide={wide || undefined}>
      <header className={styles.head}>
        <div className={styles.words}>
          <h1 className={styles.title}>{title}</h1>
          {hint && <p className={styles.hint}>{hint}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** One part of such a page. */
export function PageBlock({ title, hint, wide = false, children }: { title: string; hint?: string; wide?: boolean; children: ReactNode }) {
  return (
    <section className={styles.block} aria-label={title}>
      <div className={styles.blockHead}>
        <h2 className={styles.blockTitle}>{title}</h2>
        {hint && <p className={styles.hint}>{hint}</p>}
      </div>
      <div className={styles.blockBody} data-wide={wide || undefined}>{children}</div>
    </section>
  );
}
