/** A titled group of facts. */
import { useId, type ReactNode } from "react";
import styles from "@/ui/Section.module.css";

export function Section({ title, extra, children }: { title: string; extra?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <div className={styles.head}>
        <h2 id={id} className={styles.title}>
          {title}
        </h2>
        {extra && <span className={styles.extra}>{extra}</span>}
      </div>
      {children}
    </section>
  );
}
