/** Which columns, in which order, how dense: drag or use the arrow keys, everything is kept per list. */
import { Button, Checkbox, Popover, Segmented } from "antd";
import { GripVertical, SlidersHorizontal } from "lucide-react";
import { useState, type DragEvent, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { TableColumn } from "@/table/column";
import styles from "@/table/ColumnSettings.module.css";
import { moveColumn, setShown, type Density, type TableSettings } from "@/table/settings";

type Props<Row> = {
  columns: readonly TableColumn<Row>[];
  settings: TableSettings;
  onChange: (change: (settings: TableSettings) => TableSettings) => void;
  onReset: () => void;
};

export function ColumnSettings<Row>(props: Props<Row>) {
  const { t } = useTranslation();
  return (
    <Popover trigger="click" placement="bottomRight" arrow={false} destroyOnHidden content={<ColumnList {...props} />}>
      <Button icon={<SlidersHorizontal size={15} />} aria-label={t("table.columns")} title={t("table.columns")} />
    </Popover>
  );
}

function ColumnList<Row>({ columns, settings, onChange, onReset }: Props<Row>) {
  const { t } = useTranslation();
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const byKey = new Map(columns.map((column) => [column.key, column]));
  const ordered = settings.order.flatMap((key) => byKey.get(key) ?? []).sort((left, right) => Number(right.fixed ?? false) - Number(left.fixed ?? false));
  const hidden = new Set(settings.hidden);

  const drop = (event: DragEvent, target: string) => {
    event.preventDefault();
    if (dragged) onChange((current) => moveColumn(current, dragged, target));
    setDragged(null);
    setOver(null);
  };
  const onKeyDown = (event: KeyboardEvent, key: string) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const index = ordered.findIndex((column) => column.key === key);
    const target = event.key === "ArrowUp" ? ordered[index - 1]?.key : (ordered[index + 2]?.key ?? null);
    if (target !== undefined) onChange((current) => moveColumn(current, key, target));
  };

  return (
    <div className={styles.panel} role="dialog" aria-label={t("table.columns")}>
      <p className={styles.title}>{t("table.columns")}</p>
      <ul className={styles.list} aria-label={t("table.columns")}>
        {ordered.map((column) => (
          <li
            key={column.key}
            className={styles.item}
            draggable={!column.fixed}
            data-over={over === column.key || undefined}
            onDragStart={() => setDragged(column.key)}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(column.key);
            }}
            onDragEnd={() => setOver(null)}
            onDrop={(event) => drop(event, column.key)}
            onKeyDown={(event) => onKeyDown(event, column.key)}
          >
            <GripVertical size={14} className={styles.grip} data-fixed={column.fixed || undefined} aria-hidden />
            <Checkbox
              checked={column.required || !hidden.has(column.key)}
              disabled={column.required}
              onChange={(event) => {
                const shown = event.target.checked;
                onChange((current) => setShown(current, column.key, shown));
              }}
            >
              {column.title}
            </Checkbox>
            {column.fixed && <span className={styles.note}>{t("table.fixed")}</span>}
          </li>
        ))}
      </ul>
      <p className={styles.hint}>{t("table.orderHint")}</p>
      <div className={styles.foot}>
        <Segmented<Density>
          size="small"
          aria-label={t("table.density")}
          value={settings.density}
          onChange={(density) => onChange((current) => ({ ...current, density }))}
          options={[
            { value: "compact", label: t("table.compact") },
            { value: "normal", label: t("table.normal") },
            { value: "loose", label: t("table.loose") },
          ]}
        />
        <Button size="small" type="text" onClick={onReset}>
          {t("common.reset")}
        </Button>
      </div>
    </div>
  );
}
