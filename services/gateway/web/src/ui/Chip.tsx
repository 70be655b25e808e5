/** What narrows a list, as a chip: opened by a click on it, taken off by its cross while it holds something. */
import { X } from "lucide-react";
import type { ReactNode } from "react";
import styles from "@/ui/Chip.module.css";

type Props = { active: boolean; children: ReactNode; title?: string; onOpen?: () => void; clearLabel: string; onClear: () => void };

export function Chip({ active, children, title, onOpen, clearLabel, onClear }: Props) {
  return (
    <span className={styles.chip} data-active={active || undefined}>
      <button type="button" className={styles.open} title={title} onClick={onOpen}>
        {children}
      </button>
      {active && (
        <button
          type="button"
          className={styles.off}
          aria-label={clearLabel}
          onClick={(event) => {
            event.stopPropagation();
            onClear();
          }}
        >
          <X size={12} aria-hidden />
        </button>
      )}
    </span>
  );
}
