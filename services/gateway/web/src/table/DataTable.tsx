/** The one table of the product: virtual rows, fixed columns, sorting, resizing, choosing, loading more. */
import { Checkbox, Table } from "antd";
import type { ColumnType, TableProps, TableRef } from "antd/es/table";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type HTMLAttributes, type MouseEvent, type RefObject, type TableHTMLAttributes, type UIEvent } from "react";
import { useTranslation } from "react-i18next";
import type { TableColumn, TableEntry } from "@/table/column";
import styles from "@/table/DataTable.module.css";
import { HeaderCell } from "@/table/HeaderCell";
import type { Density } from "@/table/settings";
import { nextSort, type Sort } from "@/table/sort";

const HEADER_HEIGHT = 36;
const CHOICE_WIDTH = 40;
const LOAD_AHEAD = 800;

type Props<Row> = {
  label: string;
  entries: TableEntry<Row>[];
  columns: TableColumn<Row>[];
  density: Density;
  sort: Sort | null;
  onSort: (sort: Sort | null) => void;
  onResize: (key: string, width: number) => void;
  chosen: ReadonlySet<string>;
  onChoose: (id: string, range: boolean) => void;
  onChooseAll: () => void;
  rowLabel: (row: Row) => string;
  focusedId: string | null;
  openId?: string;
  onOpen: (id: string) => void;
  onEndReached: () => void;
  /** Rows that are fading away because someone else took them. */
  isFading?: (row: Row) => boolean;
};

const isControl = (target: EventTarget) => target instanceof Element && target.closest("a,button,input,label,[role=menuitem],.ant-dropdown") !== null;

function useSize(): [RefObject<HTMLDivElement | null>, { width: number; height: number }] {
  const ref = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}

/** Room that is left over goes to the widest column that scrolls, so that the rest stays where it was put. */
function fitWidths<Row>(columns: readonly TableColumn<Row>[], room: number): Map<string, number> {
  const widths = new Map(columns.map((column) => [column.key, column.width]));
  const left = room - columns.reduce((sum, column) => sum + column.width, 0);
  const widest = columns.filter((column) => !column.fixed && !column.fixedEnd).sort((one, other) => other.width - one.width)[0];
  if (left > 0 && widest) widths.set(widest.key, widest.width + left);
  return widths;
}

export function DataTable<Row>(props: Props<Row>) {
  const { t } = useTranslation();
  const { entries, columns, density, sort, onSort, onResize, chosen, onChoose, onChooseAll, rowLabel, focusedId, openId, onOpen, onEndReached, isFading } = props;
  const [box, size] = useSize();
  const table = useRef<TableRef>(null);
  const rowIds = useMemo(() => entries.flatMap((entry) => (entry.kind === "row" ? [entry.id] : [])), [entries]);
  const chosenShown = useMemo(() => rowIds.filter((id) => chosen.has(id)).length, [rowIds, chosen]);

  const choiceColumn = useMemo<ColumnType<TableEntry<Row>>>(
    () => ({
      key: "choice",
      width: CHOICE_WIDTH,
      fixed: "left",
      className: styles.choice,
      onHeaderCell: () => ({ role: "columnheader" }),
      onCell: () => ({ role: "gridcell" }),
      title: (
        <Checkbox aria-label={t("table.chooseAll")} checked={rowIds.length > 0 && chosenShown === rowIds.length} indeterminate={chosenShown > 0 && chosenShown < rowIds.length} onChange={onChooseAll} />
      ),
      render: (_value, entry) =>
        entry.kind === "heading" ? (
          <div className={styles.heading}>{entry.content}</div>
        ) : (
          <Checkbox
            aria-label={t("table.choose", { name: rowLabel(entry.row) })}
            checked={chosen.has(entry.id)}
            onChange={(event) => onChoose(entry.id, event.nativeEvent instanceof globalThis.MouseEvent && event.nativeEvent.shiftKey)}
          />
        ),
    }),
    [t, rowIds, chosenShown, onChooseAll, chosen, onChoose, rowLabel],
  );

  const widths = useMemo(() => fitWidths(columns, size.width - CHOICE_WIDTH), [columns, size.width]);
  const drawn = useMemo<ColumnType<TableEntry<Row>>[]>(
    () => [
      choiceColumn,
      ...columns.map<ColumnType<TableEntry<Row>>>((column) => ({
        key: column.key,
        width: widths.get(column.key) ?? column.width,
        fixed: column.fixed ? "left" : column.fixedEnd ? "right" : undefined,
        align: column.align,
        className: column.align === "right" ? `${styles.cell} ${styles.right}` : styles.cell,
        onCell: () => ({ role: "gridcell" }),
        onHeaderCell: () => ({
          role: "columnheader",
          "aria-sort": sort && column.sort?.field === sort.field ? (sort.direction === "asc" ? "ascending" : "descending") : undefined,
        }),
        title: (
          <HeaderCell
            title={column.title}
            width={widths.get(column.key) ?? column.width}
            direction={sort && column.sort?.field === sort.field ? sort.direction : null}
            onSort={column.sort && (() => column.sort && onSort(nextSort(sort, column.sort.field, column.sort.natural)))}
            hidden={column.titleHidden}
            onResize={column.titleHidden ? undefined : (width) => onResize(column.key, width)}
          />
        ),
        render: (_value, entry) => (entry.kind === "row" ? column.render(entry.row) : null),
      })),
    ],
    [choiceColumn, columns, widths, sort, onSort, onResize],
  );

  const onRow = useCallback<NonNullable<TableProps<TableEntry<Row>>["onRow"]>>(
    (entry) => ({
      role: "row",
      ...(entry.kind === "row"
        ? {
            "aria-selected": chosen.has(entry.id),
            onClick: (event: MouseEvent) => {
              if (isControl(event.target)) return;
              if (event.shiftKey) return onChoose(entry.id, true);
              if (window.getSelection()?.toString()) return; // text was being marked, not opened
              onOpen(entry.id);
            },
          }
        : {}),
    }),
    [chosen, onChoose, onOpen],
  );

  const rowClassName = (entry: TableEntry<Row>) => {
    if (entry.kind === "heading") return styles.headingRow ?? "";
    const marks = [styles.row, styles[density]];
    if (entry.id === focusedId) marks.push(styles.focused);
    if (entry.id === openId) marks.push(styles.open);
    if (chosen.has(entry.id)) marks.push("ant-table-row-selected");
    if (isFading?.(entry.row)) marks.push(styles.fading);
    return marks.filter(Boolean).join(" ");
  };

  useEffect(() => {
    if (focusedId) table.current?.scrollTo({ key: focusedId });
  }, [focusedId]);

  // Header and rows are two elements to the engine; to assistive technology they are one grid.
  const drawnOnce = size.height > HEADER_HEIGHT;
  useLayoutEffect(() => {
    const grid = box.current?.querySelector(".ant-table-container");
    if (!grid) return;
    grid.setAttribute("role", "grid");
    grid.setAttribute("aria-label", props.label);
    grid.setAttribute("aria-rowcount", "-1"); // more may be loaded
    grid.setAttribute("aria-multiselectable", "true");
  }, [box, drawnOnce, props.label]);

  const onScroll = (event: UIEvent<HTMLDivElement>) => {
    const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
    if (scrollHeight - scrollTop - clientHeight < LOAD_AHEAD) onEndReached();
  };

  const total = [...widths.values()].reduce((sum, width) => sum + width, CHOICE_WIDTH);
  return (
    <div ref={box} className={styles.box}>
      {drawnOnce && (
        <Table<TableEntry<Row>>
          ref={table}
          virtual
          rowKey="id"
          size="small"
          pagination={false}
          showSorterTooltip={false}
          columns={drawn}
          dataSource={entries}
          components={HEADER}
          scroll={{ x: total, y: size.height - HEADER_HEIGHT }}
          onRow={onRow}
          onHeaderRow={() => ({ role: "row" })}
          rowClassName={rowClassName}
          onScroll={onScroll}
          locale={{ emptyText: " " }}
        />
      )}
    </div>
  );
}

// The header is a table of its own in the page, but only a part of the grid.
const HEADER = {
  header: {
    table: (props: TableHTMLAttributes<HTMLTableElement>) => <table {...props} role="presentation" />,
    wrapper: (props: HTMLAttributes<HTMLTableSectionElement>) => <thead {...props} role="rowgroup" />,
  },
};
