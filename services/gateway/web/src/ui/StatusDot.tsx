/** One choice of an option list: a coloured dot and its label. */
import styles from "@/ui/StatusDot.module.css";

type Props = { label: string; color?: string | null };

export function StatusDot({ label, color }: Props) {
  return (
    <span className={styles.pair}>
      <span className={styles.dot} style={{ background: color ?? "#8b93a1" }} aria-hidden />
      <span className={styles.label}>{label}</span>
    </span>
  );
}
