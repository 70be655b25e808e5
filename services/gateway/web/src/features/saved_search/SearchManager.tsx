/** All saved searches: one's own and shared ones, which of them stand in the menu, and what is broken in them. */
import { useQuery } from "@tanstack/react-query";
import { Button, Input, Skeleton, Switch, Tag, Tooltip } from "antd";
import { Bookmark, Search, TriangleAlert } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFilterWords } from "@/api/filter_text";
import { savedSearchesQuery, type SavedSearch } from "@/api/saved_search";
import type { Saving } from "@/features/saved_search/SaveDialog";
import styles from "@/features/saved_search/saved_search.module.css";
import { SearchIcon } from "@/features/saved_search/SearchIcon";
import { SearchItemMenu } from "@/features/saved_search/SearchItemMenu";
import { useSearchActions } from "@/features/saved_search/useSearchActions";
import { filterText, type FilterWords } from "@/lib/filterText";
import { matchesText } from "@/lib/match";
import { codeText } from "@/lib/problem";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { SortableList } from "@/ui/SortableList";

type Props = { onSaving: (saving: Saving) => void; link: (search: SavedSearch, content: ReactNode, className?: string) => ReactNode; onFind: () => void };

export function SearchManager({ onSaving, link, onFind }: Props) {
  const { t } = useTranslation();
  const query = useQuery(savedSearchesQuery);
  const [typed, setTyped] = useState("");
  const actions = useSearchActions();
  const all = query.data ?? [];
  const words = useFilterWords(...all.map((search) => search.filter));
  const shown = all.filter((search) => matchesText(typed, search.name, search.owner.name));
  if (query.isPending) return <Skeleton active />;
  if (query.isError) return <ErrorBanner error={query.error} onRetry={() => void query.refetch()} />;
  if (all.length === 0) {
    return (
      <EmptyState icon={<Bookmark size={22} />} title={t("saved_search.empty")} hint={t("saved_search.emptyHint")}>
        <Button type="primary" onClick={onFind}>
          {t("saved_search.find")}
        </Button>
      </EmptyState>
    );
  }
  const pinned = shown.filter((search) => search.pinned);
  const row = (search: SavedSearch) => <Row key={search.saved_search_id} search={search} words={words} actions={actions} onSaving={onSaving} link={link} />;
  const others: [string, SavedSearch[]][] = [
    ["saved_search.mine", shown.filter((search) => !search.pinned && search.mine)],
    ["saved_search.shared", shown.filter((search) => !search.pinned && !search.mine)],
  ];
  return (
    <>
      {all.length > 8 && <Input className={styles.find} prefix={<Search size={14} aria-hidden />} allowClear value={typed} placeholder={t("saved_search.findByName")} aria-label={t("saved_search.findByName")} onChange={(event) => setTyped(event.target.value)} />}
      <section className={styles.block} aria-label={t("saved_search.inMenu")}>
        <h2 className={styles.blockTitle}>{t("saved_search.inMenu")}</h2>
        {pinned.length === 0 ? <p className={styles.quiet}>{t("saved_search.noneInMenu")}</p> : <SortableList items={pinned} keyOf={(search) => search.saved_search_id} nameOf={(search) => search.name} disabled={typed !== ""} onOrder={actions.order} render={row} label={t("saved_search.inMenu")} />}
      </section>
      {others.map(([title, searches]) =>
        searches.length === 0 ? null : (
          <section key={title} className={styles.block} aria-label={t(title)}>
            <h2 className={styles.blockTitle}>{t(title)}</h2>
            <ul className={styles.rows}>
              {searches.map((search) => (
                <li key={search.saved_search_id}>{row(search)}</li>
              ))}
            </ul>
          </section>
        ),
      )}
    </>
  );
}

type RowProps = { search: SavedSearch; words: FilterWords; actions: ReturnType<typeof useSearchActions> } & Pick<Props, "onSaving" | "link">;

function Row({ search, words, actions, onSaving, link }: RowProps) {
  const { t } = useTranslation();
  const broken = search.broken[0];
  return (
    <div className={styles.row} data-broken={broken ? true : undefined}>
      <SearchIcon icon={search.icon} color={search.color} size={18} />
      <div className={styles.words}>
        <div className={styles.line}>
          {link(search, search.name, styles.name)}
          {broken && (
            <Tooltip title={search.broken.map((fault) => codeText(fault.code, {}, 422)).join(" ")}>
              <Tag color="error" icon={<TriangleAlert size={12} aria-hidden />} className={styles.mark}>
                {t("saved_search.broken")}
              </Tag>
            </Tooltip>
          )}
          {search.shared_with !== "nobody" && <Tag className={styles.mark}>{search.mine ? t(`saved_search.sharedWith.${search.shared_with}`) : t("saved_search.by", { name: search.owner.name })}</Tag>}
        </div>
        <p className={styles.about}>
          {t(`view.${search.view}`)} · {filterText(search.filter, words)}
          {search.q ? ` · ${t("saved_search.q", { q: search.q })}` : ""}
        </p>
        {broken && <p className={styles.reason}>{search.broken.map((fault) => codeText(fault.code, {}, 422)).join(" ")}</p>}
      </div>
      <Switch size="small" checked={search.pinned} aria-label={t("saved_search.pinOf", { name: search.name })} onChange={(on) => actions.pin(search, on)} />
      <SearchItemMenu search={search} actions={actions} onSaving={onSaving} />
    </div>
  );
}
