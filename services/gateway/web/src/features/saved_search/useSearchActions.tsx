/** What is done to saved searches outside of their dialog: shown at once, taken back when the server refuses, deletions undone. */
import { App, Button } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { deleteSavedSearch, editSavedSearch, orderSavedSearches, restoreSavedSearch, useSearchCache, type SavedSearch } from "@/api/saved_search";
import { useProblemToast } from "@/ui/useProblemToast";

const UNDO_SECONDS = 8;

export function useSearchActions() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const showProblem = useProblemToast();
  const { set, refresh } = useSearchCache();
  return useMemo(() => {
    const run = (work: Promise<unknown>) => work.catch(showProblem).finally(() => void refresh());
    const replace = (search: SavedSearch, change: Partial<SavedSearch>) => set((all) => all.map((each) => (each.saved_search_id === search.saved_search_id ? { ...each, ...change } : each)));
    return {
      pin: (search: SavedSearch, pinned: boolean) => {
        replace(search, { pinned });
        void run(editSavedSearch(search.saved_search_id, { pinned }));
      },
      /** The pinned ones in a new order. */
      order: (pinned: SavedSearch[]) => {
        set((all) => [...pinned, ...all.filter((search) => !search.pinned)]);
        void run(orderSavedSearches(pinned.map((search) => search.saved_search_id)));
      },
      remove: (search: SavedSearch) => {
        set((all) => all.filter((each) => each.saved_search_id !== search.saved_search_id));
        const key = `search-${search.saved_search_id}`;
        const undo = () => {
          message.destroy(key);
          void run(restoreSavedSearch(search.saved_search_id));
        };
        void run(
          deleteSavedSearch(search.saved_search_id).then(() => {
            const content = (
              <span>
                {t("saved_search.deleted", { name: search.name })}{" "}
                <Button type="link" size="small" onClick={undo}>
                  {t("common.undo")}
                </Button>
              </span>
            );
            void message.open({ key, type: "success", content, duration: UNDO_SECONDS });
          }),
        );
      },
    };
  }, [t, message, showProblem, set, refresh]);
}
