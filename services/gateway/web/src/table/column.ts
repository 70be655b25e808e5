/** What the engine knows about a column; a screen gives these, the engine adds order, width and visibility. */
import type { ReactNode } from "react";

export type SortDirection = "asc" | "desc";

export type TableColumn<Row> = {
  key: string;
  title: string;
  /** The title is for assistive technology alone. */
  titleHidden?: boolean;
  width: number;
  /** Stays at the left while the rest scrolls. */
  fixed?: boolean;
  /** Stays at the right: what can be done with the row. */
  fixedEnd?: boolean;
  /** Cannot be hidden. */
  required?: boolean;
  /** Shown before the member chose anything. */
  shown?: boolean;
  /** Name for `sort=`, with the direction of the first click; none: the column cannot be sorted. */
  sort?: { field: string; natural: SortDirection };
  align?: "left" | "right" | "center";
  render: (row: Row) => ReactNode;
};

/** One line of the table: a row, or a heading over the rows that follow. */
export type TableEntry<Row> = { kind: "row"; id: string; row: Row } | { kind: "heading"; id: string; content: ReactNode };
