/** The customer list of one view: head, quick filters or bulk bar, table or cards. */
import { Button, FloatButton, type InputRef } from "antd";
import { ListFilter, Plus } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerRow, Selection } from "@/api/customer";
import { hasRight, useMe } from "@/api/session";
import { ResultSheet } from "@/features/customer/batch/ResultSheet";
import styles from "@/features/customer/list/CustomerList.module.css";
import { CustomerCards } from "@/features/customer/list/CustomerCards";
import { EmptyView } from "@/features/customer/list/EmptyView";
import { chipsOf } from "@/features/customer/list/chips";
import { FilterChips } from "@/features/customer/list/FilterChips";
import { FilterSheet } from "@/features/customer/list/FilterSheet";
import { TagBar } from "@/features/customer/list/TagBar";
import { toEntries } from "@/features/customer/list/groups";
import { ListHeader } from "@/features/customer/list/ListHeader";
import { ListSkeleton } from "@/features/customer/list/ListSkeleton";
import { PoolBar } from "@/features/customer/list/PoolBar";
import { RowActions } from "@/features/customer/list/RowActions";
import { useBulkActions } from "@/features/customer/list/useBulkActions";
import { useChosen } from "@/features/customer/list/useChosen";
import { useClaim } from "@/features/customer/list/useClaim";
import { naturalOf, useColumns } from "@/features/customer/list/useColumns";
import { useStar, type useCustomerList } from "@/features/customer/list/useCustomerList";
import { useFreshList } from "@/features/customer/list/useFreshList";
import { countText } from "@/lib/count";
import { isCovered } from "@/lib/covered";
import { CONDITION_CHIPS, isNarrowed, NOTHING_NARROWED, type ListSearch, type ListView } from "@/lib/listSearch";
import { showOverlay } from "@/lib/overlay";
import { useLate } from "@/lib/useLate";
import { ColumnSettings } from "@/table/ColumnSettings";
import type { TableColumn } from "@/table/column";
import { DataTable } from "@/table/DataTable";
import { arrange, setWidth, withColumns } from "@/table/settings";
import { readSort, writeSort, type Sort } from "@/table/sort";
import { useTableKeys } from "@/table/useTableKeys";
import { useTableSettings } from "@/table/useTableSettings";
import { ErrorBanner } from "@/ui/ErrorBanner";

export type ListProps = {
  search: ListSearch;
  selection: Selection;
  list: ReturnType<typeof useCustomerList>;
  narrow: boolean;
  /** Change the address; typing replaces the entry of the history, choosing adds one. */
  onChange: (change: Partial<ListSearch>, replace?: boolean) => void;
  onView: (view: ListView) => void;
  linkTo: (row: CustomerRow) => string;
  onOpen: (customerId: string) => void;
  onOpenPage: (customerId: string) => void;
  onImport: () => void;
  /** Ask what to export: these rows, or everything that matches. */
  onExport: (customerIds: string[], columns: string[]) => void;
  /** Open the builder of conditions. */
  onFilter: () => void;
  /** How many conditions it holds. */
  conditions: number;
  /** What stands under the quick filters: the conditions in words, what became of a saved search. */
  filterBar: ReactNode;
  /** In place of rows, where the conditions cannot be asked. */
  instead: ReactNode;
  /** The saved search that is shown: its name and columns are the list's. */
  saved: { saved_search_id: string; name: string; columns: string[] | null } | undefined;
  /** The columns as they are shown now, in their order. */
  onShown: (columns: string[]) => void;
};

export function CustomerList(props: ListProps) {
  const { search, selection, list, narrow, onChange, onView, linkTo, onOpen, onOpenPage } = props;
  const { t } = useTranslation();
  const me = useMe();
  const { query, rows, count } = list;
  const searchRef = useRef<InputRef>(null);
  const [filtersOpen, setFiltersOpen] = useState(false);
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const star = useStar();
  const { claim, claimingId, fading } = useClaim();
  const chosen = useChosen(rows, selection, count, query.isPlaceholderData || query.isPending);
  const bulk = useBulkActions(search.view, chosen);
  const { askAssign, askAssignChosen, askReturn } = bulk;
  const late = useLate(query.isPending);
  useFreshList(search.view, query);
  useEffect(() => setFocusedId(null), [search.view]);
  // Whoever walked through customers in the drawer stands on the last one.
  useEffect(() => {
    if (search.open) setFocusedId(search.open);
  }, [search.open]);
  const goFirst = useFirstRow(list, search.q ?? "", setFocusedId);

  const openRow = useCallback((row: CustomerRow) => onOpen(row.customer_id), [onOpen]);
  const fields = useColumns(search.view, { onStar: star, linkTo, onOpen: openRow });
  const all = useMemo<TableColumn<CustomerRow>[]>(
    () => [
      ...fields,
      {
        key: "actions",
        title: t("field.actions"),
        titleHidden: true,
        width: search.view === "pool" ? 128 : 52,
        required: true,
        fixedEnd: true,
        align: "right",
        render: (row) => (
          <RowActions row={row} withClaim={search.view === "pool"} claiming={claimingId === row.customer_id} onAssign={() => askAssign([row])} onReturn={() => askReturn([row])} onClaim={() => void claim(row)} onStar={() => star(row)} onOpenPage={() => onOpenPage(row.customer_id)} />
        ),
      },
    ],
    [t, fields, search.view, claimingId, askAssign, askReturn, claim, star, onOpenPage],
  );
  const { saved, onShown } = props;
  const usual = useMemo(() => (saved?.columns ? withColumns(fields, saved.columns) : fields), [fields, saved]);
  const [settings, setSettings, resetSettings] = useTableSettings(`${me.member_id}.${saved ? `saved.${saved.saved_search_id}` : search.view}`, usual);
  const columns = useMemo(() => [...arrange(usual, settings), ...all.slice(-1)], [usual, settings, all]);
  const sort = readSort(search.sort, naturalOf);
  const setSort = useCallback((next: Sort | null) => onChange({ sort: writeSort(next) }), [onChange]);
  const onResize = useCallback((key: string, width: number) => setSettings((current) => setWidth(current, key, width)), [setSettings]);
  const entries = useMemo(() => toEntries(rows, search.view, t), [rows, search.view, t]);
  const loadMore = useCallback(() => {
    if (query.hasNextPage && !query.isFetching) void query.fetchNextPage();
  }, [query]);

  const move = (step: 1 | -1) => {
    const index = rows.findIndex((row) => row.customer_id === (focusedId ?? search.open));
    const next = rows[Math.min(rows.length - 1, Math.max(0, index < 0 ? 0 : index + step))];
    if (next) setFocusedId(next.customer_id);
    if (index > rows.length - 8) loadMore();
  };
  const focused = rows.find((row) => row.customer_id === focusedId);
  useTableKeys({
    isCovered,
    onMove: move,
    onOpen: () => focusedId && onOpen(focusedId),
    onChoose: (range) => focusedId && chosen.onChoose(focusedId, range),
    onStar: () => focused && star(focused),
    onSearch: () => searchRef.current?.focus({ cursor: "all" }),
    onFilter: props.onFilter,
    onAssign: () => (chosen.ids.size > 0 ? askAssignChosen() : focused && askAssign([focused])),
    onEscape: () => {
      if (chosen.ids.size > 0) chosen.clear();
      else if (focusedId) setFocusedId(null);
      else if (search.q) onChange({ q: undefined }, true);
    },
  });

  const shownFields = columns.map((column) => column.key).filter((key) => key !== "actions" && key !== "starred");
  const mayExport = hasRight(me, "export");
  const shownKey = shownFields.join();
  useEffect(() => onShown(shownKey.split(",")), [onShown, shownKey]);
  const exportRows = (ids: string[]) => props.onExport(ids, shownFields);
  const clearFilters = () => onChange(NOTHING_NARROWED);
  const activeChips = chipsOf(search.view).filter((chip) => search[chip]).length + CONDITION_CHIPS.filter((chip) => search[chip]).length + props.conditions;
  const choosing = chosen.ids.size > 0;
  const footer = footerText(t, rows.length, count ? countText(count) : "", query.hasNextPage);

  return (
    <section className={styles.list} aria-label={t(`view.${search.view}`)}>
      <ListHeader
        view={search.view}
        name={saved?.name}
        count={props.instead ? null : count}
        q={search.q ?? ""}
        onSearch={(q) => onChange({ q: q || undefined }, true)}
        searchRef={searchRef}
        sort={sort}
        onSort={setSort}
        filter={<FilterButton count={narrow ? activeChips : props.conditions} narrow={narrow} onClick={narrow ? () => setFiltersOpen(true) : props.onFilter} />}
        columns={narrow ? null : <ColumnSettings columns={usual.filter((column) => !column.titleHidden)} settings={settings} onChange={setSettings} onReset={resetSettings} />}
        refreshing={query.isRefetching}
        onRefresh={() => void query.refetch()}
        onExport={mayExport ? () => exportRows([]) : undefined}
        onImport={hasRight(me, "import") ? props.onImport : undefined}
        onAdd={() => showOverlay("create")}
        narrow={narrow}
        narrowed={isNarrowed(search) || search.pool_id !== undefined}
        onLeaveSearch={goFirst}
      />
      {search.view === "pool" && <PoolBar poolId={search.pool_id} onPool={(pool_id) => onChange({ pool_id })} onOpen={onOpen} narrow={narrow} />}
      {(!narrow || choosing) && <div className={styles.second}>{choosing ? bulk.bar(count, mayExport ? exportRows : undefined) : <FilterChips search={search} onChange={onChange} onClear={clearFilters} />}</div>}
      {!choosing && <TagBar filter={search.filter} onChange={(filter) => onChange({ filter })} />}
      {!choosing && props.filterBar}
      {query.isError && !props.instead && (
        <div className={styles.problem}>
          <ErrorBanner error={query.error} onRetry={() => void query.refetch()} />
        </div>
      )}
      {props.instead ?? (query.isPending ? (
        late && <ListSkeleton cards={narrow} />
      ) : rows.length === 0 ? (
        !query.isError && (
          <EmptyView view={search.view} narrowed={isNarrowed(search)} onClear={clearFilters} onEverywhere={() => onChange({ view: "all", pool_id: undefined, saved: undefined })} onAdd={() => showOverlay("create")} onImport={hasRight(me, "import") ? props.onImport : undefined} onOpenView={onView} />
        )
      ) : narrow ? (
        <CustomerCards entries={entries} chosen={chosen.ids} onChoose={chosen.onChoose} onOpen={onOpen} onStar={star} onClaim={(row) => void claim(row)} claimingId={claimingId} onEndReached={loadMore} loadingMore={query.isFetchingNextPage} footer={footer} />
      ) : (
        <>
          <DataTable
            label={t(`view.${search.view}`)}
            entries={entries}
            columns={columns}
            density={settings.density}
            sort={sort}
            onSort={setSort}
            onResize={onResize}
            chosen={chosen.ids}
            onChoose={chosen.onChoose}
            onChooseAll={chosen.onChooseAll}
            rowLabel={rowName}
            focusedId={focusedId}
            openId={search.open}
            onOpen={onOpen}
            onEndReached={loadMore}
            isFading={(row) => fading.has(row.customer_id)}
          />
          <div className={styles.foot}>
            <span>{footer}</span>
            {query.hasNextPage && (
              <Button type="link" size="small" loading={query.isFetchingNextPage} onClick={loadMore}>
                {t("list.loadMore")}
              </Button>
            )}
          </div>
        </>
      ))}
      {narrow && !choosing && <FloatButton type="primary" icon={<Plus size={20} />} aria-label={t("list.add")} className={styles.float} onClick={() => showOverlay("create")} />}
      <FilterSheet open={filtersOpen && narrow} search={search} conditions={props.conditions} count={count} onChange={onChange} onClear={clearFilters} onClose={() => setFiltersOpen(false)} onMore={props.onFilter} />
      {bulk.dialogs}
      <ResultSheet outcome={bulk.outcome} onClose={bulk.closeOutcome} onUndo={bulk.undoOutcome} />
    </section>
  );
}

/** Puts the cursor on the first row: at once, or when the rows are those of the text that was searched for. */
function useFirstRow({ query, rows }: ListProps["list"], q: string, onFirst: (customerId: string | null) => void): (q: string | null) => void {
  const [awaited, setAwaited] = useState<string | null>(null);
  const first = query.isPlaceholderData || query.isPending ? undefined : rows[0]?.customer_id;
  useEffect(() => {
    if (awaited === null || awaited !== q || !first) return;
    setAwaited(null);
    onFirst(first);
  }, [awaited, q, first, onFirst]);
  return (asked) => {
    const there = asked !== null && asked === q && first;
    onFirst(there || null);
    setAwaited(there ? null : asked);
  };
}

const rowName = (row: CustomerRow) => row.name;

function footerText(t: ReturnType<typeof useTranslation>["t"], shown: number, total: string, more: boolean): string {
  return more ? t("list.shownOf", { shown, total }) : t("list.shownAll", { count: shown });
}

function FilterButton({ count, narrow, onClick }: { count: number; narrow: boolean; onClick: () => void }) {
  const { t } = useTranslation();
  const name = t("list.filters");
  return (
    <Button icon={<ListFilter size={15} />} aria-label={count > 0 ? `${name} ${count}` : name} title={narrow ? undefined : `${name} · F`} type={count > 0 ? "primary" : "default"} ghost={count > 0} onClick={onClick}>
      {narrow ? count || null : count > 0 ? `${name} ${count}` : name}
    </Button>
  );
}
