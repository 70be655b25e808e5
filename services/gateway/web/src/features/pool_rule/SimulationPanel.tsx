/** What a rule would do: four figures, a chart over thirty days (or the same as a table), by owner, and the customers that go first. */
import { useQuery } from "@tanstack/react-query";
import { Segmented, Skeleton, Spin } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { simulationQuery, type RuleValues, type Simulation } from "@/api/pool_rule";
import styles from "@/features/pool_rule/pool_rule.module.css";
import { formatDay, inZone } from "@/lib/time";
import { useDebounced } from "@/lib/useDebounced";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { PlainTable } from "@/ui/PlainTable";

const DayChart = lazy(() => import("@/ui/DayChart").then((module) => ({ default: module.DayChart })));
const DAYS = 30;

type Props = { poolId: string; rule: RuleValues };

export function SimulationPanel({ poolId, rule }: Props) {
  const { t } = useTranslation();
  const asked = useDebounced(JSON.stringify({ ...rule, name: "", active: false }), 400);
  const parsed = useMemo(() => JSON.parse(asked) as RuleValues, [asked]);
  const answer = useQuery(simulationQuery(poolId, parsed, true));
  return (
    <section className={styles.simulation} aria-label={t("pool_rule.simulation")} aria-busy={answer.isFetching}>
      <div className={styles.head}>
        <h2 className={styles.title}>{t("pool_rule.simulation")}</h2>
        {answer.isFetching && <Spin size="small" />}
      </div>
      <p className={styles.hint}>{t("pool_rule.simulationHint")}</p>
      <ErrorBanner error={answer.error} onRetry={() => void answer.refetch()} />
      {answer.isPending && <Skeleton active />}
      {answer.data && <Result found={answer.data} />}
    </section>
  );
}

function Result({ found }: { found: Simulation }) {
  const { t } = useTranslation();
  const [shape, setShape] = useState<"chart" | "table">("chart");
  const { counts } = found;
  const bars = useMemo(() => barsOf(found), [found]);
  const labels = useMemo(() => bars.map((bar) => bar.label), [bars]);
  const series = useMemo(() => [{ name: t("pool_rule.customers"), values: bars.map((bar) => bar.count), urgent: 0 }], [bars, t]);
  const description = t("pool_rule.chartText", { now: counts.now, week: counts.in_7_days, month: counts.in_30_days });
  const figures = [
    { label: t("pool_rule.now"), value: counts.now, urgent: counts.now > 0 },
    { label: t("pool_rule.within", { count: 7 }), value: counts.in_7_days },
    { label: t("pool_rule.within", { count: 14 }), value: counts.in_14_days },
    { label: t("pool_rule.within", { count: 30 }), value: counts.in_30_days },
  ];
  return (
    <>
      <dl className={styles.figures}>
        {figures.map((figure) => (
          <div key={figure.label} className={styles.figure} data-urgent={figure.urgent || undefined}>
            <dt>{figure.label}</dt>
            <dd>{figure.value.toLocaleString()}</dd>
          </div>
        ))}
      </dl>
      {counts.in_30_days === 0 ? (
        <p className={styles.nobody}>{t("pool_rule.nobody")}</p>
      ) : (
        <>
          <div className={styles.head}>
            <h3 className={styles.subtitle}>{t("pool_rule.byDay")}</h3>
            <Segmented size="small" value={shape} aria-label={t("pool_rule.shape")} options={[{ value: "chart", label: t("pool_rule.chart") }, { value: "table", label: t("pool_rule.table") }]} onChange={setShape} />
          </div>
          {shape === "chart" ? (
            <Suspense fallback={<Skeleton.Node active style={{ width: "100%", height: 220 }} />}>
              <DayChart labels={labels} series={series} description={description} />
            </Suspense>
          ) : (
            <PlainTable
              label={t("pool_rule.byDay")}
              rowKey={(bar) => bar.label}
              rows={bars.filter((bar) => bar.count > 0)}
              columns={[
                { key: "label", title: t("pool_rule.day"), cell: (bar) => bar.label },
                { key: "count", title: t("pool_rule.customers"), right: true, cell: (bar) => bar.count },
              ]}
            />
          )}
          <h3 className={styles.subtitle}>{t("pool_rule.byOwner")}</h3>
          <PlainTable
            label={t("pool_rule.byOwner")}
            rowKey={(row) => row.member_id}
            rows={found.by_owner}
            columns={[
              { key: "owner", title: t("field.owner"), cell: (row) => row.name },
              { key: "now", title: t("pool_rule.now"), right: true, width: 60, cell: (row) => row.now },
              { key: "week", title: t("pool_rule.short", { count: 7 }), right: true, width: 60, cell: (row) => row.in_7_days },
              { key: "fortnight", title: t("pool_rule.short", { count: 14 }), right: true, width: 60, cell: (row) => row.in_14_days },
              { key: "month", title: t("pool_rule.short", { count: 30 }), right: true, width: 60, cell: (row) => row.in_30_days },
            ]}
          />
          <h3 className={styles.subtitle}>{t("pool_rule.first")}</h3>
          <PlainTable
            label={t("pool_rule.first")}
            rowKey={(row) => row.customer_id}
            rows={found.items}
            columns={[
              { key: "name", title: t("field.name"), cell: (row) => row.name },
              { key: "owner", title: t("field.owner"), width: 96, cell: (row) => row.owner?.name },
              { key: "goes", title: t("pool_rule.goes"), width: 104, cell: (row) => formatDay(row.recycle_at) },
            ]}
          />
        </>
      )}
    </>
  );
}

type Bar = { label: string; count: number };

/** Every day of the next thirty, those without a customer too; what is due already stands first. */
function barsOf(found: Simulation): Bar[] {
  const first = inZone(found.at).startOf("day");
  const counts = new Map(found.by_day.map(({ day, count }) => [day, count]));
  return Array.from({ length: DAYS + 1 }, (_, number) => {
    const day = first.add(number, "day");
    return { label: day.format("MM-DD"), count: counts.get(day.format("YYYY-MM-DD")) ?? 0 };
  });
}
