/** A column's head: its title sorts, its right edge resizes. */
import { ArrowDown, ArrowUp } from "lucide-react";
import { useState, type KeyboardEvent, type PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import type { SortDirection } from "@/table/column";
import styles from "@/table/HeaderCell.module.css";
import { MAX_WIDTH, MIN_WIDTH } from "@/table/settings";

type Props = { title: string; hidden?: boolean; width: number; direction: SortDirection | null; onSort?: () => void; onResize?: (width: number) => void };

export function HeaderCell({ title, hidden = false, width, direction, onSort, onResize }: Props) {
  const Arrow = direction === "asc" ? ArrowUp : ArrowDown;
  return (
    <span className={styles.head}>
      {onSort ? (
        <button type="button" className={styles.sort} data-active={direction !== null || undefined} onClick={onSort}>
          <span className={styles.title}>{title}</span>
          <Arrow size={13} className={styles.arrow} aria-hidden />
        </button>
      ) : (
        <span className={hidden ? "visually-hidden" : styles.title}>{title}</span>
      )}
      {onResize && <ResizeHandle title={title} width={width} onResize={onResize} />}
    </span>
  );
}

function ResizeHandle({ title, width, onResize }: { title: string; width: number; onResize: (width: number) => void }) {
  const { t } = useTranslation();
  const [start, setStart] = useState<{ x: number; width: number } | null>(null);
  const onPointerDown = (event: PointerEvent<HTMLSpanElement>) => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    setStart({ x: event.clientX, width });
  };
  const onPointerMove = (event: PointerEvent) => start && onResize(start.width + event.clientX - start.x);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    onResize(width + (event.key === "ArrowRight" ? 16 : -16));
  };
  return (
    <span
      className={styles.handle}
      role="separator"
      aria-orientation="vertical"
      aria-label={t("table.resize", { title })}
      aria-valuenow={width}
      aria-valuemin={MIN_WIDTH}
      aria-valuemax={MAX_WIDTH}
      tabIndex={0}
      data-dragging={start !== null || undefined}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => setStart(null)}
      onPointerCancel={() => setStart(null)}
      onKeyDown={onKeyDown}
    />
  );
}
