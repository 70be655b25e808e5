/** The figures of a pool: in and out per day, how long customers wait in it, how soon they are looked after, which come back. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Segmented, Skeleton } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { figuresQuery, type PoolFigures as Figures } from "@/api/pool_figures";
import styles from "@/features/pool_figures/pool_figures.module.css";
import { now } from "@/lib/time";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { PageBlock } from "@/ui/PageFrame";
import { PlainTable } from "@/ui/PlainTable";

const loadChart = () => import("@/ui/DayChart");
const DayChart = lazy(() => loadChart().then((module) => ({ default: module.DayChart })));
const PERIODS = [7, 30, 90] as const;
const BLUE = "#0072b2";
const ORANGE = "#e69f00";
const GREEN = "#009e73";

export function PoolFigures({ poolId }: { poolId: string }) {
  const { t } = useTranslation();
  const [days, setDays] = useState<number>(30);
  const to = now().format("YYYY-MM-DD");
  const from = now().subtract(days - 1, "day").format("YYYY-MM-DD");
  const figures = useQuery(figuresQuery(poolId, from, to));
  return (
    <>
      <Segmented value={days} aria-label={t("pool_figures.period")} options={PERIODS.map((count) => ({ value: count, label: t("pool_figures.days", { count }) }))} onChange={setDays} />
      <ErrorBanner error={figures.error} onRetry={() => void figures.refetch()} />
      {figures.isPending && <Skeleton active />}
      {figures.data && <Shown found={figures.data} />}
    </>
  );
}

function Shown({ found }: { found: Figures }) {
  const { t } = useTranslation();
  const [shape, setShape] = useState<"chart" | "table">("chart");
  const sum = (name: "returned" | "recycled" | "claimed") => found.days.reduce((total, day) => total + day[name], 0);
  const labels = useMemo(() => found.days.map(({ day }) => day.slice(5)), [found]);
  const series = useMemo(
    () => [
      { name: t("pool_figures.returned"), values: found.days.map((day) => day.returned), color: BLUE, stack: "in" },
      { name: t("pool_figures.recycled"), values: found.days.map((day) => day.recycled), color: ORANGE, stack: "in" },
      { name: t("pool_figures.claimed"), values: found.days.map((day) => day.claimed), color: GREEN, stack: "out" },
    ],
    [found, t],
  );
  const figures = [
    { label: t("pool_figures.in"), value: String(sum("returned") + sum("recycled")), hint: t("pool_figures.inHint", { returned: sum("returned"), recycled: sum("recycled") }) },
    { label: t("pool_figures.claimed"), value: String(sum("claimed")), hint: t("pool_figures.notFollowed", { count: found.not_followed_up }) },
    { label: t("pool_figures.waits"), value: useHours(found.hours_in_pool.median), hint: useWithin(found.hours_in_pool.p90) },
    { label: t("pool_figures.follows"), value: useHours(found.hours_to_follow_up.median), hint: useWithin(found.hours_to_follow_up.p90) },
  ];
  const description = t("pool_figures.chartText", { entered: sum("returned") + sum("recycled"), claimed: sum("claimed") });
  return (
    <>
      <dl className={styles.figures}>
        {figures.map((figure) => (
          <div key={figure.label} className={styles.figure}>
            <dt>{figure.label}</dt>
            <dd>{figure.value}</dd>
            <dd className={styles.hint}>{figure.hint}</dd>
          </div>
        ))}
      </dl>
      <PageBlock wide title={t("pool_figures.perDay")}>
        <Segmented size="small" value={shape} aria-label={t("pool_rule.shape")} options={[{ value: "chart", label: t("pool_rule.chart") }, { value: "table", label: t("pool_rule.table") }]} onChange={setShape} />
        {shape === "chart" ? (
          <Suspense fallback={<Skeleton active />}>
            <DayChart labels={labels} series={series} description={description} />
          </Suspense>
        ) : (
          <PlainTable
            label={t("pool_figures.perDay")}
            rowKey={(day) => day.day}
            rows={found.days.filter((day) => day.returned + day.recycled + day.claimed > 0)}
            columns={[
              { key: "day", title: t("pool_rule.day"), cell: (day) => day.day },
              { key: "returned", title: t("pool_figures.returned"), right: true, cell: (day) => day.returned },
              { key: "recycled", title: t("pool_figures.recycled"), right: true, cell: (day) => day.recycled },
              { key: "claimed", title: t("pool_figures.claimed"), right: true, cell: (day) => day.claimed },
            ]}
          />
        )}
      </PageBlock>
      <PageBlock title={t("pool_figures.again", { count: found.again.count })} hint={t("pool_figures.againHint")}>
        {found.again.items.length === 0 ? (
          <p className={styles.hint}>{t("pool_figures.nobody")}</p>
        ) : (
          <PlainTable
            label={t("pool_figures.again", { count: found.again.count })}
            rowKey={(row) => row.customer_id}
            rows={found.again.items}
            columns={[
              {
                key: "name",
                title: t("field.name"),
                cell: (row) => (
                  <Link to="/customers/$customerId" params={{ customerId: row.customer_id }}>
                    {row.name}
                  </Link>
                ),
              },
              { key: "times", title: t("pool_figures.times"), right: true, width: 120, cell: (row) => row.times },
            ]}
          />
        )}
      </PageBlock>
    </>
  );
}

/** Hours as people say them: minutes, hours, days. */
function useHours(hours: number | null): string {
  const { t } = useTranslation();
  if (hours === null) return "—";
  if (hours < 1) return t("pool_figures.minutes", { count: Math.max(1, Math.round(hours * 60)) });
  return hours < 48 ? t("pool_figures.hours", { count: Math.round(hours) }) : t("pool_figures.days", { count: Math.round(hours / 24) });
}

function useWithin(hours: number | null): string {
  const { t } = useTranslation();
  const time = useHours(hours);
  return hours === null ? t("pool_figures.nothing") : t("pool_figures.p90", { time });
}
