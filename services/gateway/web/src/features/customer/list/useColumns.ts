/** The columns of a view as the table engine wants them. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerRow, View } from "@/api/customer";
import { useCustomFields, useCustomLabel } from "@/api/custom_field";
import { useFieldText } from "@/api/field_text";
import { useOptions } from "@/api/option";
import type { ColumnContext, CustomerColumn } from "@/features/customer/columns/column";
import { customColumn } from "@/features/customer/columns/custom";
import { CUSTOMER_COLUMNS } from "@/features/customer/columns/registry";
import type { SortDirection, TableColumn } from "@/table/column";

function isShown(column: CustomerColumn, view: View): boolean {
  if (column.required || column.shownIn === "every" || column.views?.includes(view)) return true;
  return column.shownIn === (view === "pool" ? "pool" : "not_pool");
}

/** Direction of the first click on a field, as the interface sorts it by itself. */
export function naturalOf(field: string): SortDirection {
  return CUSTOMER_COLUMNS.find((column) => column.field === field)?.natural ?? (field.endsWith("_at") ? "desc" : "asc");
}

/** The columns in their usual order, what the view is about behind the name. */
function inFront(view: View): readonly CustomerColumn[] {
  const leading = CUSTOMER_COLUMNS.filter((column) => column.leads === view);
  if (leading.length === 0) return CUSTOMER_COLUMNS;
  const others = CUSTOMER_COLUMNS.filter((column) => column.leads !== view);
  const behind = others.findIndex((column) => column.field === "name") + 1;
  return [...others.slice(0, behind), ...leading, ...others.slice(behind)];
}

export function useColumns(view: View, actions: Pick<ColumnContext, "onStar" | "linkTo" | "onOpen">): TableColumn<CustomerRow>[] {
  const { t } = useTranslation();
  const { find } = useOptions();
  const custom = useCustomFields();
  const label = useCustomLabel();
  const text = useFieldText();
  const { onStar, linkTo, onOpen } = actions;
  return useMemo(() => {
    const context: ColumnContext = { t, view, find, onStar, linkTo, onOpen };
    const titles = new Map(custom.map((field) => [field.field, label(field)]));
    const all = [...inFront(view), ...custom.map((field) => customColumn(field, text))];
    return all.filter((column) => view === "pool" || !column.poolOnly).map((column) => ({
      key: column.field,
      title: titles.get(column.field) ?? t(`field.${column.field}`),
      titleHidden: column.field === "starred",
      width: column.width,
      fixed: column.fixed,
      required: column.required,
      shown: isShown(column, view),
      align: column.align,
      sort: column.natural && { field: column.field, natural: column.natural },
      render: (row: CustomerRow) => column.render(row, context),
    }));
  }, [t, view, find, onStar, linkTo, onOpen, custom, label, text]);
}
