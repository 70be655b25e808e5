/** What the list page does with conditions: the builder beside the list, the bar under the quick filters, saving under a name. */
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { TriangleAlert } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Selection } from "@/api/customer";
import { useFilterWords } from "@/api/filter_text";
import { editSavedSearch, useSavedSearch, useSearchCache, type SavedSearch } from "@/api/saved_search";
import { FilterBar } from "@/features/saved_search/FilterBar";
import type { Saving } from "@/features/saved_search/SaveDialog";
import { conditionsOf, readFilter, writeFilter, type FilterNode } from "@/lib/filter";
import { filterText } from "@/lib/filterText";
import { filterParameter, isNarrowed, type ListSearch } from "@/lib/listSearch";
import { asProblem } from "@/lib/problem";
import { addressOf, contentOf, isChanged } from "@/lib/savedSearch";
import { readTagFilter } from "@/lib/tagSearch";
import { EmptyState } from "@/ui/EmptyState";
import { useProblemToast } from "@/ui/useProblemToast";

const FilterPanel = lazy(() => import("@/features/filter/FilterPanel").then((module) => ({ default: module.FilterPanel })));
const SaveDialog = lazy(() => import("@/features/saved_search/SaveDialog").then((module) => ({ default: module.SaveDialog })));

type Asked = { search: ListSearch; selection: Selection; narrow: boolean; error: unknown; onChange: (change: Partial<ListSearch>, replace?: boolean) => void };
export type ListFilter = { saved: SavedSearch | undefined; conditions: number; bar: ReactNode; instead: ReactNode; overlays: ReactNode; open: () => void; onShown: (columns: string[]) => void };

export function useListFilter({ search, selection, narrow, error, onChange }: Asked): ListFilter {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const showProblem = useProblemToast();
  const cache = useSearchCache();
  const saved = useSavedSearch(search.saved);
  const filter = useMemo(() => readFilter(search.filter), [search.filter]);
  const [open, setOpen] = useState(false);
  const [saving, setSaving] = useState<Saving | null>(null);
  const [busy, setBusy] = useState(false);
  const [columns, setColumns] = useState<string[]>([]);
  const whole = contentOf(search).filter;
  const words = useFilterWords(whole);
  const changed = saved !== undefined && isChanged(saved, search, columns.length > 0 ? columns : null);
  const show = useCallback(() => setOpen(true), []);
  useOpenBroken(saved, changed, show);

  const go = (to: SavedSearch) => void navigate({ to: "/customers", search: addressOf(to) });
  const saveAs = (node: FilterNode | null = filter) => setSaving({ content: { ...contentOf({ ...search, filter: writeFilter(node) }), columns }, search: saved, copy: saved !== undefined });
  const save = async (to: SavedSearch) => {
    setBusy(true);
    try {
      const kept = await editSavedSearch(to.saved_search_id, { ...contentOf(search), columns });
      await cache.refresh();
      go(kept);
    } catch (problem) {
      showProblem(problem);
    } finally {
      setBusy(false);
    }
  };
  const bar = (
    <FilterBar filter={readTagFilter(search.filter) ? null : filter} saved={saved} changed={changed} savable={isNarrowed(search)} saving={busy} onEdit={show} onClear={() => onChange({ filter: undefined })} onSave={() => saved && void save(saved)} onSaveAs={() => saveAs()} onRevert={() => saved && go(saved)} />
  );
  const refused = asProblem(error).body.errors?.some((each) => each.pointer.startsWith("/filter")) ?? false;
  const instead = refused ? (
    <EmptyState icon={<TriangleAlert size={22} />} title={t("filter.cannotAsk")} hint={t("filter.cannotAskHint")}>
      <Button type="primary" onClick={show}>
        {t("filter.edit")}
      </Button>
      <Button onClick={() => onChange({ filter: undefined })}>{t("filter.remove")}</Button>
    </EmptyState>
  ) : null;
  const overlays = (
    <Suspense fallback={null}>
      {open && (
        <FilterPanel
          key={search.filter}
          open
          narrow={narrow}
          filter={filter}
          within={{ ...selection, filter: filterParameter({ ...search, filter: undefined }) }}
          onClose={() => setOpen(false)}
          onApply={(node) => {
            setOpen(false);
            onChange({ filter: writeFilter(node) });
          }}
          onSave={saveAs}
        />
      )}
      {saving && (
        <SaveDialog
          saving={saving}
          sentence={saving.content?.filter ? filterText(saving.content.filter, words) : undefined}
          onClose={() => setSaving(null)}
          onSaved={(made) => {
            setSaving(null);
            setOpen(false);
            go(made);
          }}
        />
      )}
    </Suspense>
  );
  return { saved, conditions: conditionsOf(filter).length, bar, instead, overlays, open: show, onShown: setColumns };
}

/** A broken search opens with its bad conditions marked, once. */
function useOpenBroken(saved: SavedSearch | undefined, changed: boolean, show: () => void): void {
  const opened = useRef<string | null>(null);
  const id = saved && saved.broken.length > 0 && !changed ? saved.saved_search_id : null;
  useEffect(() => {
    if (id === null || opened.current === id) return;
    opened.current = id;
    show();
  }, [id, show]);
}
