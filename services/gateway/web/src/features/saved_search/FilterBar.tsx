/** Under the quick filters: the conditions in words, and what became of the saved search that the list began as. */
import { Alert, Button, Tag } from "antd";
import { Bookmark, ListFilter } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFilterWords } from "@/api/filter_text";
import type { SavedSearch } from "@/api/saved_search";
import styles from "@/features/saved_search/FilterBar.module.css";
import type { FilterNode } from "@/lib/filter";
import { filterText } from "@/lib/filterText";
import { Chip } from "@/ui/Chip";

type Props = {
  filter: FilterNode | null;
  saved: SavedSearch | undefined;
  changed: boolean;
  /** Something narrows the list that could be saved. */
  savable: boolean;
  saving: boolean;
  onEdit: () => void;
  onClear: () => void;
  onSave: () => void;
  onSaveAs: () => void;
  onRevert: () => void;
};

export function FilterBar({ filter, saved, changed, savable, saving, onEdit, onClear, onSave, onSaveAs, onRevert }: Props) {
  const { t } = useTranslation();
  const words = useFilterWords(filter);
  if (!filter && !saved && !savable) return null;
  const broken = saved && saved.broken.length > 0 && !changed;
  return (
    <div className={styles.bar} role="group" aria-label={t("filter.active")}>
      {filter && (
        <Chip active title={t("filter.edit")} onOpen={onEdit} clearLabel={t("filter.remove")} onClear={onClear}>
          <ListFilter size={13} aria-hidden />
          <span className={styles.words}>{filterText(filter, words)}</span>
        </Chip>
      )}
      {saved && changed && (
        <span className={styles.changed}>
          <Tag color="warning" className={styles.mark}>
            {t("saved_search.modified")}
          </Tag>
          {saved.may_change && (
            <Button type="link" size="small" loading={saving} onClick={onSave}>
              {t("saved_search.saveChange")}
            </Button>
          )}
          <Button type="link" size="small" onClick={onSaveAs}>
            {t("saved_search.saveAs")}
          </Button>
          <Button type="link" size="small" onClick={onRevert}>
            {t("saved_search.revert")}
          </Button>
        </span>
      )}
      {!saved && savable && (
        <Button type="link" size="small" icon={<Bookmark size={13} aria-hidden />} onClick={onSaveAs}>
          {t("filter.save")}
        </Button>
      )}
      {broken && (
        <Alert
          type="warning"
          showIcon
          className={styles.broken}
          title={t("saved_search.brokenHere")}
          action={
            <Button size="small" onClick={onEdit}>
              {t("saved_search.fix")}
            </Button>
          }
        />
      )}
    </div>
  );
}
