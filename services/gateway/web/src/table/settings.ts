/** Which columns a view shows, in which order and how wide: pure, kept as small JSON. */
import type { TableColumn } from "@/table/column";

export type Density = "compact" | "normal" | "loose";
export type TableSettings = { order: string[]; hidden: string[]; widths: Record<string, number>; density: Density };

export const ROW_HEIGHTS: Record<Density, number> = { compact: 34, normal: 40, loose: 48 };
export const MIN_WIDTH = 64;
export const MAX_WIDTH = 640;

type Known = Pick<TableColumn<unknown>, "key" | "required" | "shown" | "fixed" | "width">;

export function defaultSettings(columns: readonly Known[]): TableSettings {
  return { order: columns.map((column) => column.key), hidden: columns.filter((column) => !column.shown && !column.required).map((column) => column.key), widths: {}, density: "normal" };
}

/** Stored settings made to fit today's columns: gone ones dropped, new ones appended as they are by default. */
export function fitSettings(stored: Partial<TableSettings> | null, columns: readonly Known[]): TableSettings {
  const base = defaultSettings(columns);
  if (!stored || !Array.isArray(stored.order) || !Array.isArray(stored.hidden)) return base;
  const known = new Set(base.order);
  const order = stored.order.filter((key) => known.has(key));
  const fresh = base.order.filter((key) => !order.includes(key));
  const required = new Set(columns.filter((column) => column.required).map((column) => column.key));
  const hidden = [...stored.hidden.filter((key) => known.has(key) && !required.has(key)), ...fresh.filter((key) => base.hidden.includes(key))];
  return { order: [...order, ...fresh], hidden, widths: { ...stored.widths }, density: stored.density && stored.density in ROW_HEIGHTS ? stored.density : base.density };
}

/** The columns with these shown, in this order, the others hidden behind them. */
export function withColumns<Row>(columns: readonly TableColumn<Row>[], shown: readonly string[]): TableColumn<Row>[] {
  // Columns without a title (the star) are no choice of anybody's: they stay in front.
  const rank = (column: TableColumn<Row>) => (column.titleHidden ? -1 : shown.includes(column.key) ? shown.indexOf(column.key) : shown.length);
  return [...columns].sort((left, right) => rank(left) - rank(right)).map((column) => ({ ...column, shown: column.required || column.titleHidden || shown.includes(column.key) }));
}

export function setShown(settings: TableSettings, key: string, shown: boolean): TableSettings {
  const others = settings.hidden.filter((each) => each !== key);
  return { ...settings, hidden: shown ? others : [...others, key] };
}

/** Put `key` before the column that stands at `target`, or at the end. */
export function moveColumn(settings: TableSettings, key: string, target: string | null): TableSettings {
  if (key === target) return settings;
  const others = settings.order.filter((each) => each !== key);
  const index = target === null ? others.length : others.indexOf(target);
  others.splice(index < 0 ? others.length : index, 0, key);
  return { ...settings, order: others };
}

export function setWidth(settings: TableSettings, key: string, width: number): TableSettings {
  return { ...settings, widths: { ...settings.widths, [key]: Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width))) } };
}

/** The columns to draw: fixed ones first, then by the chosen order, with the chosen widths. */
export function arrange<Row>(columns: readonly TableColumn<Row>[], settings: TableSettings): TableColumn<Row>[] {
  const rank = new Map(settings.order.map((key, index) => [key, index]));
  const hidden = new Set(settings.hidden);
  return columns
    .filter((column) => column.required || !hidden.has(column.key))
    .map((column) => ({ ...column, width: settings.widths[column.key] ?? column.width }))
    .sort((left, right) => Number(right.fixed ?? false) - Number(left.fixed ?? false) || (rank.get(left.key) ?? 0) - (rank.get(right.key) ?? 0));
}
