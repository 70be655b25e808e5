/** The menu of one saved search: rename and share, duplicate, out of the menu, delete. */
import { Button, Dropdown } from "antd";
import { Copy, Ellipsis, Pencil, PinOff, Pin, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { SavedSearch } from "@/api/saved_search";
import type { Saving } from "@/features/saved_search/SaveDialog";
import type { useSearchActions } from "@/features/saved_search/useSearchActions";

type Props = { search: SavedSearch; actions: ReturnType<typeof useSearchActions>; onSaving: (saving: Saving) => void; className?: string; tabIndex?: number };

export function SearchItemMenu({ search, actions, onSaving, className }: Props) {
  const { t } = useTranslation();
  const items = [
    { key: "edit", icon: <Pencil size={14} />, label: t("saved_search.edit"), disabled: !search.may_change, onClick: () => onSaving({ search }) },
    { key: "copy", icon: <Copy size={14} />, label: t("saved_search.duplicate"), onClick: () => onSaving({ search, copy: true }) },
    { key: "pin", icon: search.pinned ? <PinOff size={14} /> : <Pin size={14} />, label: t(search.pinned ? "saved_search.unpin" : "saved_search.pin"), onClick: () => actions.pin(search, !search.pinned) },
    { type: "divider" as const },
    { key: "delete", icon: <Trash2 size={14} />, danger: true, label: t("common.delete"), disabled: !search.may_change, onClick: () => actions.remove(search) },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
      <Button type="text" size="small" className={className} icon={<Ellipsis size={15} />} aria-label={t("saved_search.actionsOf", { name: search.name })} onClick={(event) => event.preventDefault()} />
    </Dropdown>
  );
}
