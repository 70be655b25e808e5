/** A tag as it stands beside a customer: a coloured dot and its name. */
import type { TFunction } from "i18next";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { TagRef } from "@/lib/tag";
import styles from "@/ui/Tag.module.css";

export function TagDot({ color }: { color: string }) {
  return <span className={styles.dot} style={{ background: color }} aria-hidden />;
}

/** The name in words; an archived one says so. */
export const tagText = (t: TFunction, tag: Pick<TagRef, "name" | "archived">): string => (tag.archived ? t("tag.archivedName", { name: tag.name }) : tag.name);

export function TagChip({ tag, hint, onRemove }: { tag: TagRef; hint?: string; onRemove?: () => void }) {
  const { t } = useTranslation();
  return (
    <span className={styles.tag} title={hint ?? tagText(t, tag)} data-archived={tag.archived || undefined}>
      <TagDot color={tag.color} />
      <span className={styles.tagName}>{tag.name}</span>
      {tag.archived && <span className={styles.archivedMark}>{t("tag.archivedMark")}</span>}
      {onRemove && (
        <button type="button" className={styles.remove} aria-label={t("tag.takeAway", { name: tag.name })} onClick={onRemove}>
          <X size={12} aria-hidden />
        </button>
      )}
    </span>
  );
}

/** In a row of a list: the first two, and how many more; all of them on hover. */
export function TagsInline({ tags, most = 2 }: { tags: readonly TagRef[] | undefined; most?: number }) {
  const { t } = useTranslation();
  if (!tags || tags.length === 0) return null;
  const names = tags.map((tag) => tagText(t, tag)).join(t("filter.comma"));
  return (
    <span className={styles.inline} title={names}>
      {tags.slice(0, most).map((tag) => (
        <TagChip key={tag.tag_id} tag={tag} hint={names} />
      ))}
      {tags.length > most && <span className={styles.rest}>+{tags.length - most}</span>}
    </span>
  );
}
