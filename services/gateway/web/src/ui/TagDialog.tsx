/** Tags for many customers at once: choose, then set them or take them away. */
import { Modal } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { toggled, type TagSource } from "@/lib/tag";
import styles from "@/ui/Tag.module.css";
import { TagChip } from "@/ui/TagChip";
import { TagFinder } from "@/ui/TagFinder";

type Props = { source: TagSource; open: boolean; on: boolean; count: number; busy: boolean; onClose: () => void; onTag: (tagIds: string[]) => void };

const NONE: ReadonlySet<string> = new Set();

export function TagDialog({ source, open, on, count, busy, onClose, onTag }: Props) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string[]>([]);
  const single = on ? source.single : NONE;
  useEffect(() => {
    if (open) setChosen([]);
  }, [open]);
  const title = t(on ? "tag.tagMany" : "tag.untagMany", { count });
  return (
    <Modal
      open={open}
      title={title}
      width={420}
      onCancel={onClose}
      onOk={() => onTag(chosen)}
      okText={t(on ? "tag.tagNow" : "tag.untagNow", { count })}
      cancelText={t("common.cancel")}
      okButtonProps={{ disabled: chosen.length === 0, loading: busy }}
      destroyOnHidden
    >
      <div className={styles.dialog}>
        <TagFinder source={source} chosen={chosen} onToggle={(tag) => setChosen((before) => toggled(before, tag, source.items, single))} label={t("tag.tags")} mayCreate={on} />
        {chosen.length > 0 && (
          <div className={styles.row} aria-live="polite">
            {chosen.map((tagId) => {
              const tag = source.items.find((each) => each.tag_id === tagId);
              return tag && <TagChip key={tagId} tag={tag} onRemove={() => setChosen((before) => before.filter((other) => other !== tagId))} />;
            })}
          </div>
        )}
      </div>
    </Modal>
  );
}
