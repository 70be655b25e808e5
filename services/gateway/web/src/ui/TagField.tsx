/** Chooses tags in a form or a dialog: the chosen ones as chips, and a popover to find more. */
import { Popover } from "antd";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toggled, type TagRef, type TagSource } from "@/lib/tag";
import styles from "@/ui/Tag.module.css";
import { TagChip } from "@/ui/TagChip";
import { TagFinder } from "@/ui/TagFinder";

type Props = { source: TagSource; /** Finds what is not on offer any more. */ tagOf?: (tagId: string) => TagRef | null | undefined; id?: string; value: readonly string[]; onChange: (tagIds: string[]) => void; label: string; mayCreate?: boolean };

export function TagField({ source, tagOf, id, value, onChange, label, mayCreate }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const finder = <TagFinder source={source} chosen={value} onToggle={(tag) => onChange(toggled(value, tag, source.items, source.single))} onClose={() => setOpen(false)} label={label} mayCreate={mayCreate} />;
  return (
    <div className={styles.field}>
      {value.map((tagId) => {
        const tag = source.items.find((each) => each.tag_id === tagId) ?? tagOf?.(tagId);
        return tag && <TagChip key={tagId} tag={tag} onRemove={() => onChange(value.filter((other) => other !== tagId))} />;
      })}
      <Popover trigger="click" placement="bottomLeft" arrow={false} open={open} onOpenChange={setOpen} destroyOnHidden content={finder}>
        <button type="button" id={id} className={styles.add} aria-label={t("tag.add")} aria-expanded={open}>
          <Plus size={12} aria-hidden />
          {t("tag.tag")}
        </button>
      </Popover>
    </div>
  );
}
