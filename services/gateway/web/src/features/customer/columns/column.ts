/** One column of the customer list: where it belongs, how wide it is, how a customer is shown in it. */
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import type { CustomerRow, View } from "@/api/customer";
import type { OptionView } from "@/api/option";
import type { SortDirection } from "@/table/column";

export type ColumnContext = {
  t: TFunction;
  view: View;
  find: (list: string, value: string | null | undefined) => OptionView | null;
  onStar: (row: CustomerRow) => void;
  /** Address that opens the customer over the list. */
  linkTo: (row: CustomerRow) => string;
  onOpen: (row: CustomerRow) => void;
};

export type CustomerColumn = {
  field: string;
  width: number;
  fixed?: boolean;
  required?: boolean;
  align?: "left" | "right" | "center";
  /** Direction of the first click; none: not sortable. */
  natural?: SortDirection;
  /** Views that show it before anything was chosen; "all" of them, or none. */
  shownIn?: "every" | "pool" | "not_pool";
  /** Further views that show it before anything was chosen. */
  views?: readonly View[];
  /** The view that is about it: there it stands right behind the name. */
  leads?: View;
  /** Makes sense in the pool alone. */
  poolOnly?: boolean;
  render: (row: CustomerRow, context: ColumnContext) => ReactNode;
};
