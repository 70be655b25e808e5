/** The six orders people ask for, and the direction. */
import { Button, Dropdown } from "antd";
import { ArrowDown, ArrowDownUp, ArrowUp, Check } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useCustomFields, useCustomLabel } from "@/api/custom_field";
import { naturalOf } from "@/features/customer/list/useColumns";
import type { ListView } from "@/lib/listSearch";
import type { Sort } from "@/table/sort";

const FIELDS = ["last_follow_up_at", "name", "created_at", "level", "status", "next_contact_at"] as const;

type Props = { sort: Sort | null; onSort: (sort: Sort | null) => void; compact: boolean; view: ListView };

export function SortMenu({ sort, onSort, compact, view }: Props) {
  const { t } = useTranslation();
  const direction = sort?.direction ?? null;
  const flip = (to: "asc" | "desc") => sort && onSort({ ...sort, direction: to });
  const check = (on: boolean) => (on ? <Check size={14} /> : <span style={{ display: "inline-block", width: 14 }} />);
  // A value column says up and down, a time column says newest and oldest, a name says A to Z.
  const words = sort ? (sort.field.endsWith("_at") ? "time" : sort.field === "name" ? "name" : "rank") : "rank";
  const items = [
    ...(view === "pool" ? (["pool_entered_at", ...FIELDS] as const) : FIELDS).map((field) => ({ key: field, icon: check(sort?.field === field), label: t(`field.${field}`), onClick: () => onSort({ field, direction: naturalOf(field) }) })),
    { type: "divider" as const },
    { key: "asc", icon: check(direction === "asc"), disabled: !sort, label: t(`list.sort.${words}.asc`), onClick: () => flip("asc") },
    { key: "desc", icon: check(direction === "desc"), disabled: !sort, label: t(`list.sort.${words}.desc`), onClick: () => flip("desc") },
    { type: "divider" as const },
    { key: "none", icon: check(!sort), label: t(view === "contact_today" ? "list.sort.defaultToday" : "list.sort.default"), onClick: () => onSort(null) },
  ];
  const Arrow = direction === "asc" ? ArrowUp : direction === "desc" ? ArrowDown : ArrowDownUp;
  const custom = useCustomFields().find((field) => field.field === sort?.field);
  const customLabel = useCustomLabel();
  const sorted = sort ? (custom ? customLabel(custom) : t(`field.${sort.field}`)) : "";
  const label = sort ? t("list.sort.by", { field: sorted }) : t("list.sort.title");
  return (
    <Dropdown menu={{ items, selectable: false }} trigger={["click"]} placement="bottomRight">
      <Button icon={<Arrow size={15} />} aria-label={compact ? label : undefined}>
        {compact ? null : sort ? sorted : t("list.sort.title")}
      </Button>
    </Dropdown>
  );
}
