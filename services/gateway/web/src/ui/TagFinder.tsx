/** Finds tags in a list that stays open: type a name, pinyin or initials, go by arrows, take or make one by Enter. */
import { Input } from "antd";
import { Check, Plus, Search } from "lucide-react";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { isComposing } from "@/lib/keys";
import { readSetting, writeSetting } from "@/lib/storage";
import { findTags, isNamed, type Tag, type TagSource } from "@/lib/tag";
import styles from "@/ui/Tag.module.css";
import { TagDot } from "@/ui/TagChip";
import { useProblemToast } from "@/ui/useProblemToast";

type Props = { source: TagSource; chosen: readonly string[]; onToggle: (tag: Tag) => void; onClose?: () => void; label: string; mayCreate?: boolean };

const RECENT = "tags.recent";
const RECENT_KEPT = 8;

function remember(tagId: string): void {
  const others = readSetting<string[]>(RECENT, []).filter((id) => id !== tagId);
  writeSetting(RECENT, [tagId, ...others].slice(0, RECENT_KEPT));
}

export function TagFinder({ source, chosen, onToggle, onClose, label, mayCreate = true }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const showProblem = useProblemToast();
  const { items } = source;
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const [busy, setBusy] = useState(false);
  const ul = useRef<HTMLUListElement>(null);
  // The order is that of opening: a list that jumps while one ticks is hard to hit.
  const [recent] = useState(() => readSetting<string[]>(RECENT, []));
  const shown = useMemo(() => findTags(items, typed, recent), [items, typed, recent]);
  const creates = mayCreate && source.mayCreate;
  const offersNew = creates && typed.trim() !== "" && !isNamed(items, typed);
  const count = shown.length + (offersNew ? 1 : 0);
  useEffect(() => setAt(0), [typed]);
  useEffect(() => {
    void ul.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);

  const groupOf = (tag: Tag) => (tag.tag_group_id && source.single.has(tag.tag_group_id) ? `${source.groupName(tag)} · ${t("tag.singleShort")}` : source.groupName(tag));
  const take = (tag: Tag) => {
    remember(tag.tag_id);
    onToggle(tag);
    setTyped("");
  };
  async function make(): Promise<void> {
    if (busy) return;
    setBusy(true);
    try {
      take(await source.create(typed.trim()));
    } catch (error) {
      showProblem(error);
    } finally {
      setBusy(false);
    }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt((before) => Math.max(0, Math.min(count - 1, before + step)));
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      event.stopPropagation();
      const tag = shown[at];
      if (tag) take(tag);
      else if (offersNew) void make();
    } else if (event.key === "Escape" && onClose) {
      event.stopPropagation();
      onClose();
    }
  };
  const option = (index: number) => ({ id: `${id}-${index}`, role: "option", className: styles.item, "data-at": index === at || undefined, onMouseMove: () => setAt(index) });
  return (
    <div className={styles.finder} onKeyDown={onKeyDown}>
      <Input
        autoFocus
        prefix={<Search size={14} aria-hidden />}
        value={typed}
        maxLength={30}
        placeholder={t(creates ? "tag.findOrMake" : "tag.find")}
        role="combobox"
        aria-label={label}
        aria-expanded
        aria-controls={id}
        aria-activedescendant={count > 0 ? `${id}-${at}` : undefined}
        onChange={(event) => setTyped(event.target.value)}
      />
      {count === 0 && source.loaded && <p className={styles.none}>{t(items.length === 0 ? "tag.noneYet" : "common.noMatch")}</p>}
      <ul className={styles.list} ref={ul} role="listbox" aria-multiselectable id={id} aria-label={label}>
        {shown.map((tag, index) => (
          <li key={tag.tag_id} {...option(index)} aria-selected={chosen.includes(tag.tag_id)} onClick={() => take(tag)}>
            <TagDot color={tag.color} />
            <span className={styles.itemName}>{tag.name}</span>
            <span className={styles.group} title={groupOf(tag)}>{groupOf(tag)}</span>
            {chosen.includes(tag.tag_id) && <Check size={14} className={styles.check} aria-hidden />}
          </li>
        ))}
        {offersNew && (
          <li {...option(shown.length)} aria-selected={false} onClick={() => void make()}>
            <Plus size={14} aria-hidden />
            <span className={styles.itemName}>{t("tag.make", { name: typed.trim() })}</span>
          </li>
        )}
      </ul>
    </div>
  );
}
