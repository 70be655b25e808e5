/** One tag in the manager: colour, name in place, how many customers, pinned or not, and what else may be done. */
import { Link } from "@tanstack/react-router";
import { Button, ColorPicker, Dropdown, Input, Switch, type MenuProps } from "antd";
import { Archive, Ellipsis, FolderInput, GitMerge } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Tag, TagList } from "@/api/tag";
import styles from "@/features/tag/TagManager.module.css";
import { tagSearch } from "@/lib/tagSearch";
import { usedText } from "@/features/tag/usedText";
import { isComposing } from "@/lib/keys";

export const COLOURS = ["#1677ff", "#13a8a8", "#389e0d", "#d48806", "#d4380d", "#cf1322", "#c41d7f", "#722ed1", "#2f54eb", "#595959"];

type Props = { tag: Tag; list: TagList; onEdit: (change: { name?: string; color?: string; tag_group_id?: string | null }) => Promise<boolean>; onPin: (on: boolean) => void; onArchive: () => void; onMerge: () => void };

export function TagRow({ tag, list, onEdit, onPin, onArchive, onMerge }: Props) {
  const { t } = useTranslation();
  const items: MenuProps["items"] = [
    ...(list.may_group && list.groups.length > 0
      ? [
          {
            key: "group",
            icon: <FolderInput size={14} />,
            label: t("tag.moveTo"),
            children: [...list.groups.map((group) => ({ id: group.tag_group_id as string | null, name: group.name })), { id: null, name: t("tag.ungrouped") }].map(({ id, name }) => ({ key: `group-${id ?? "none"}`, label: name, disabled: tag.tag_group_id === id, onClick: () => void onEdit({ tag_group_id: id }) })),
          },
        ]
      : []),
    ...(list.may_merge ? [{ key: "merge", icon: <GitMerge size={14} />, label: t("tag.merge"), onClick: onMerge }] : []),
    { key: "archive", icon: <Archive size={14} />, label: t("tag.archive"), onClick: onArchive },
  ];
  return (
    <div className={styles.row}>
      <ColorPicker size="small" value={tag.color} disabledAlpha disabled={!tag.may_edit} presets={[{ label: t("tag.colour"), colors: COLOURS }]} onChangeComplete={(colour) => void onEdit({ color: colour.toHexString().slice(0, 7) })}>
        <button type="button" className={styles.colour} style={{ background: tag.color }} disabled={!tag.may_edit} aria-label={t("tag.colourOf", { name: tag.name })} />
      </ColorPicker>
      <NameInPlace tag={tag} onRename={(name) => onEdit({ name })} />
      {tag.merging && <span className={styles.merging}>{t("tag.merging")}</span>}
      <Link to="/customers" search={tagSearch([tag.tag_id])} className={styles.used} title={t("tag.usedHint", { name: tag.name })}>
        {usedText(t, tag.usage)}
      </Link>
      <span className={styles.creator} title={t("tag.creator", { name: tag.created_by?.name ?? "" })}>
        {tag.created_by?.name}
      </span>
      <label className={styles.pin}>
        <Switch size="small" checked={tag.pinned} onChange={onPin} aria-label={t("tag.pinOf", { name: tag.name })} />
        <span aria-hidden>{t("tag.pinned")}</span>
      </label>
      {tag.may_edit ? (
        <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
          <Button type="text" size="small" icon={<Ellipsis size={15} />} aria-label={t("tag.menuOf", { name: tag.name })} />
        </Dropdown>
      ) : (
        <span className={styles.gap} />
      )}
    </div>
  );
}

/** The name, which becomes a field where one may change it: Enter or leaving saves, Escape gives up. */
function NameInPlace({ tag, onRename }: { tag: Tag; onRename: (name: string) => Promise<boolean> }) {
  const { t } = useTranslation();
  const [text, setText] = useState(tag.name);
  useEffect(() => setText(tag.name), [tag.name]);
  if (!tag.may_edit) return <span className={styles.name}>{tag.name}</span>;
  const save = () => {
    const name = text.trim();
    if (!name || name === tag.name) return setText(tag.name);
    void onRename(name).then((done) => !done && setText(tag.name));
  };
  return (
    <Input
      variant="borderless"
      className={styles.nameInput}
      value={text}
      maxLength={30}
      aria-label={t("tag.nameOf", { name: tag.name })}
      onChange={(event) => setText(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (isComposing(event)) return;
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") setText(tag.name);
      }}
    />
  );
}
