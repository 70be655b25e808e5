/** The side menu's section of saved searches: those the member has pinned, with counts, in an order of his own. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { pinnedOf, savedSearchesQuery, type SavedSearch } from "@/api/saved_search";
import type { Saving } from "@/features/saved_search/SaveDialog";
import styles from "@/features/saved_search/saved_search.module.css";
import { SearchItemMenu } from "@/features/saved_search/SearchItemMenu";
import { useSearchActions } from "@/features/saved_search/useSearchActions";
import { SortableList } from "@/ui/SortableList";

const SaveDialog = lazy(() => import("@/features/saved_search/SaveDialog").then((module) => ({ default: module.SaveDialog })));

type Props = { /** The link of one, as the menu draws its entries. */ item: (search: SavedSearch) => ReactNode; heading: ReactNode; /** The line to those shared with the member that he has not pinned. */ others: (count: number) => ReactNode };

export function SearchMenu({ item, heading, others }: Props) {
  const { t } = useTranslation();
  const { data } = useQuery(savedSearchesQuery);
  const [saving, setSaving] = useState<Saving | null>(null);
  const actions = useSearchActions();
  const pinned = pinnedOf(data);
  if (!data?.length) return null;
  const unpinned = data.filter((search) => !search.mine && !search.pinned).length;
  return (
    <>
      {heading}
      <div className={styles.menu}>
        <SortableList
          items={pinned}
          keyOf={(search) => search.saved_search_id}
          nameOf={(search) => search.name}
          onOrder={actions.order}
          label={t("saved_search.title")}
          render={(search) => (
            <div className={styles.menuItem}>
              {item(search)}
              <SearchItemMenu search={search} actions={actions} onSaving={setSaving} className={styles.menuMore} />
            </div>
          )}
        />
      </div>
      {unpinned > 0 && others(unpinned)}
      {saving && (
        <Suspense fallback={null}>
          <SaveDialog saving={saving} onClose={() => setSaving(null)} onSaved={() => setSaving(null)} />
        </Suspense>
      )}
    </>
  );
}
