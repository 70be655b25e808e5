/** A list whose order a person decides: drag by the handle, or focus the handle and press the arrow keys. */
import { GripVertical } from "lucide-react";
import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import styles from "@/ui/SortableList.module.css";

type Props<Item> = {
  items: readonly Item[];
  keyOf: (item: Item) => string;
  nameOf: (item: Item) => string;
  onOrder: (items: Item[]) => void;
  render: (item: Item, index: number) => ReactNode;
  label: string;
  disabled?: boolean;
};

/** The list with the item at `from` standing at `to`. */
export function moved<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const next = [...items];
  const [taken] = next.splice(from, 1);
  if (taken !== undefined) next.splice(Math.max(0, Math.min(next.length, to)), 0, taken);
  return next;
}

export function SortableList<Item>({ items, keyOf, nameOf, onOrder, render, label, disabled }: Props<Item>) {
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const latest = useRef(items);
  latest.current = items;

  /** Index of the row under the pointer. */
  function indexAt(y: number): number {
    const rows = [...(list.current?.children ?? [])];
    const found = rows.findIndex((row) => y < row.getBoundingClientRect().bottom);
    return found === -1 ? rows.length - 1 : found;
  }
  function onMove(event: PointerEvent, key: string): void {
    if (dragged !== key) return;
    const from = latest.current.findIndex((item) => keyOf(item) === key);
    const to = indexAt(event.clientY);
    if (from !== -1 && to !== from) onOrder(moved(latest.current, from, to));
  }
  function onKeyDown(event: KeyboardEvent, index: number): void {
    const to = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const handle = event.currentTarget as HTMLElement;
    if (to >= 0 && to < items.length) onOrder(moved(items, index, to));
    requestAnimationFrame(() => handle.focus());
  }

  return (
    <ul className={styles.list} ref={list} aria-label={label}>
      {items.map((item, index) => {
        const key = keyOf(item);
        return (
          <li key={key} className={styles.item} data-dragged={dragged === key || undefined}>
            <button
              type="button"
              className={styles.handle}
              disabled={disabled}
              aria-label={t("export.moveItem", { name: nameOf(item), place: index + 1, count: items.length })}
              onKeyDown={(event) => onKeyDown(event, index)}
              onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                setDragged(key);
              }}
              onPointerMove={(event) => onMove(event, key)}
              onPointerUp={() => setDragged(null)}
              onPointerCancel={() => setDragged(null)}
            >
              <GripVertical size={14} aria-hidden />
            </button>
            <div className={styles.content}>{render(item, index)}</div>
          </li>
        );
      })}
    </ul>
  );
}
