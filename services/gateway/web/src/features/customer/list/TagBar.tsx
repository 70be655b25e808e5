/** The tags that the list is narrowed to: any of them or all, more of them or fewer. */
import { Button, Segmented } from "antd";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useTagsById, useTagSource } from "@/api/tag";
import styles from "@/features/customer/list/FilterChips.module.css";
import { readTagFilter, tagSearch, type TagMode } from "@/lib/tagSearch";
import { TagField } from "@/ui/TagField";

export function TagBar({ filter, onChange }: { filter: string | undefined; onChange: (filter: string | undefined) => void }) {
  const { t } = useTranslation();
  const source = useTagSource();
  const asked = readTagFilter(filter);
  const tagOf = useTagsById(asked?.value ?? []);
  if (!asked) return null;
  const change = (tagIds: readonly string[], op: TagMode) => onChange(tagIds.length > 0 ? tagSearch(tagIds, op).filter : undefined);
  return (
    <div className={styles.tags} role="group" aria-label={t("tag.pageOf")}>
      {/* Here every tag stands for itself: two of a group that allows one may be asked for at once. */}
      <TagField tagOf={tagOf} source={{ ...source, single: NONE }} value={asked.value} onChange={(tagIds) => change(tagIds, asked.op)} label={t("tag.tags")} mayCreate={false} />
      {asked.value.length > 1 && (
        <Segmented<TagMode>
          size="small"
          value={asked.op}
          aria-label={t("tag.pageOf")}
          options={[
            { value: "any_of", label: t("tag.any"), title: t("tag.anyHint") },
            { value: "all_of", label: t("tag.all"), title: t("tag.allHint") },
          ]}
          onChange={(op) => change(asked.value, op)}
        />
      )}
      <Button type="text" size="small" icon={<X size={13} />} aria-label={t("list.clearFilters")} onClick={() => onChange(undefined)} />
    </div>
  );
}

const NONE: ReadonlySet<string> = new Set();
