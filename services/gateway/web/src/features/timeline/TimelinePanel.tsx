/** Timeline of one customer (客户动态): by day, newest first, with filters; new entries come in by themselves. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Input, Select, Skeleton } from "antd";
import { ArrowUp, History, Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Customer } from "@/api/customer";
import { timelineQuery, type TimelineEntry, type TimelineFilter } from "@/api/timeline";
import { byDay } from "@/features/timeline/entry";
import { EntryItem } from "@/features/timeline/EntryItem";
import styles from "@/features/timeline/TimelinePanel.module.css";
import { onLive } from "@/lib/live";
import { asProblem } from "@/lib/problem";
import { daysFromToday, formatDay, inZone } from "@/lib/time";
import { useLate } from "@/lib/useLate";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBanner } from "@/ui/ErrorBanner";

const KINDS = ["follow_up", "edit", "assignment", "pool", "participant", "tag", "created"] as const;
const CATCH_UP_MS = 600;
const CATCH_UPS_MAX = 20;

type Props = { customer: Customer; searchMembers: (q: string) => Promise<{ member_id: string; name: string }[]> };

export function TimelinePanel({ customer, searchMembers }: Props) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<TimelineFilter>({});
  const query = useInfiniteQuery(timelineQuery(customer.customer_id, filter));
  const { isBehind } = useCatchUp(customer, query);
  const late = useLate(query.isPending);
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  const top = useRef<HTMLDivElement>(null);
  const waiting = useWaiting(customer.customer_id, top, () => void query.refetch());
  const fresh = useFresh(entries);
  const filtered = Boolean(filter.kind || filter.member || filter.q);
  const away = query.isError && [502, 503, 504].includes(asProblem(query.error).status);
  return (
    <div className={styles.panel} ref={top}>
      <Filters value={filter} onChange={setFilter} searchMembers={searchMembers} />
      {waiting.count > 0 && (
        <div className={styles.news}>
          <Button size="small" type="primary" shape="round" icon={<ArrowUp size={13} />} onClick={waiting.show}>
            {t("timeline.news", { count: waiting.count })}
          </Button>
        </div>
      )}
      {isBehind && <p className={styles.behind}>{t("timeline.behind")}</p>}
      {late && <Skeleton active paragraph={{ rows: 6 }} />}
      {away && <EmptyState icon={<History size={20} />} title={t("timeline.away")} hint={t("timeline.awayHint")}><Button onClick={() => void query.refetch()}>{t("common.retry")}</Button></EmptyState>}
      {query.isError && !away && <ErrorBanner error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && entries.length === 0 && <EmptyState icon={<History size={20} />} title={t(filtered ? "timeline.noMatch" : "timeline.empty")} />}
      {byDay(entries, formatDay).map(({ day, entries: ofDay }) => (
        <section key={day}>
          <h3 className={styles.day}>{dayText(ofDay[0]?.occurred_at ?? day, t)}</h3>
          <ul className={styles.list}>
            {ofDay.map((entry) => (
              <EntryItem key={entry.event_id} entry={entry} fresh={fresh.has(entry.event_id)} />
            ))}
          </ul>
        </section>
      ))}
      {query.hasNextPage && (
        <Button block loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("timeline.more")}
        </Button>
      )}
    </div>
  );
}

function dayText(time: string, t: (key: string) => string): string {
  const days = daysFromToday(time);
  const day = inZone(time).format("YYYY-MM-DD");
  if (days === 0) return `${t("common.today")} · ${day}`;
  if (days === -1) return `${t("common.yesterday")} · ${day}`;
  return day;
}

/** The timeline follows the change by some milliseconds: ask again until it holds the version that is shown. */
function useCatchUp(customer: Customer, query: { data?: { pages: { applied_version: number | null }[] }; refetch: () => unknown; isFetching: boolean }): { isBehind: boolean } {
  const applied = query.data?.pages[0]?.applied_version;
  const tries = useRef(0);
  const isBehind = applied !== undefined && applied !== null && applied < customer.version;
  const { refetch, isFetching } = query;
  useEffect(() => {
    if (!isBehind) tries.current = 0;
    if (!isBehind || isFetching || tries.current >= CATCH_UPS_MAX) return;
    const timer = setTimeout(() => {
      tries.current += 1;
      void refetch();
    }, CATCH_UP_MS);
    return () => clearTimeout(timer);
  }, [isBehind, isFetching, refetch]);
  return { isBehind: isBehind && tries.current > 2 };
}

/** How far the panel's own scroller is from its beginning. */
function isScrolledDown(element: HTMLElement | null): boolean {
  for (let up: HTMLElement | null = element; up; up = up.parentElement) if (up.scrollTop > 160) return true;
  return false;
}

/** New entries come in at once while the top is in sight; further down they wait behind a button, so that nothing jumps. */
function useWaiting(customerId: string, top: { current: HTMLElement | null }, refetch: () => void): { count: number; show: () => void } {
  const [count, setCount] = useState(0);
  const latest = useRef(refetch);
  latest.current = refetch;
  useEffect(
    () =>
      onLive("customer", (event) => {
        if (event.customer_id !== customerId) return;
        if (isScrolledDown(top.current)) setCount((before) => before + 1);
        else latest.current();
      }),
    [customerId, top],
  );
  return {
    count,
    show: () => {
      setCount(0);
      latest.current();
      top.current?.scrollIntoView({ block: "start" });
    },
  };
}

/** Entries that came after the first look: they slide in. */
function useFresh(entries: TimelineEntry[]): ReadonlySet<string> {
  const first = useRef<number | null>(null);
  const newest = entries[0]?.customer_version ?? 0;
  if (first.current === null && newest > 0) first.current = newest;
  const since = first.current ?? Infinity;
  return new Set(entries.filter((entry) => entry.customer_version > since).map((entry) => entry.event_id));
}

type FiltersProps = { value: TimelineFilter; onChange: (filter: TimelineFilter) => void; searchMembers: Props["searchMembers"] };

function Filters({ value, onChange, searchMembers }: FiltersProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value.q ?? "");
  const [members, setMembers] = useState<{ value: string; label: string }[]>([]);
  useEffect(() => {
    const timer = setTimeout(() => {
      if ((value.q ?? "") !== typed.trim()) onChange({ ...value, q: typed.trim() || undefined });
    }, 300);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  const find = (q: string) => void searchMembers(q).then((found) => setMembers(found.map((each) => ({ value: each.member_id, label: each.name }))), () => setMembers([]));
  return (
    <div className={styles.filters}>
      <Select
        size="small"
        className={styles.kind}
        allowClear
        placeholder={t("timeline.anyKind")}
        aria-label={t("timeline.kindFilter")}
        value={value.kind}
        options={KINDS.map((kind) => ({ value: kind, label: t(`timeline.kind.${kind}`) }))}
        onChange={(kind: string | undefined) => onChange({ ...value, kind })}
      />
      <Select
        size="small"
        className={styles.member}
        allowClear
        showSearch={{ filterOption: false, onSearch: find }}
        placeholder={t("timeline.anyMember")}
        aria-label={t("timeline.memberFilter")}
        value={value.member}
        options={members}
        onOpenChange={(open) => open && find("")}
        onChange={(member: string | undefined) => onChange({ ...value, member })}
      />
      <Input size="small" className={styles.search} allowClear prefix={<Search size={13} aria-hidden />} placeholder={t("timeline.search")} aria-label={t("timeline.search")} value={typed} onChange={(event) => setTyped(event.target.value)} />
    </div>
  );
}
