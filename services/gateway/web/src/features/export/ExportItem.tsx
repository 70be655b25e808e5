/** One export: name, scope, how far, how long its file stays, and what may be done with it. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Progress, Tooltip } from "antd";
import { Ban, CircleCheck, CircleX, Clock3, Download, FileClock, LoaderCircle, RotateCcw, Trash2, X, type LucideIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { createExport, deleteExport, exportFile, unfinished, type CreateExport, type Export, type ExportState } from "@/api/export";
import styles from "@/features/export/export.module.css";
import { percentOf, rowsText, secondsLeft, sizeText } from "@/features/export/progress";
import { useStarted } from "@/features/export/useExports";
import { codeText } from "@/lib/problem";
import { formatTime, inZone, now } from "@/lib/time";
import { RelativeTime } from "@/ui/RelativeTime";
import { useProblemToast } from "@/ui/useProblemToast";

const ICONS: Record<ExportState, LucideIcon> = { queued: Clock3, running: LoaderCircle, done: CircleCheck, failed: CircleX, cancelled: Ban, expired: FileClock };

export function ExportItem({ job }: { job: Export }) {
  const { t } = useTranslation();
  const Icon = ICONS[job.state];
  const percent = percentOf(job);
  return (
    <li className={styles.job} data-state={job.state}>
      <Icon size={17} className={styles.jobIcon} aria-hidden />
      <div className={styles.jobBody}>
        <p className={styles.jobName} title={job.name}>
          {job.name}
        </p>
        <p className={styles.jobFacts}>
          <span className={styles.jobState}>{t(`export.state.${job.state}`)}</span>
          <ScopeText job={job} />
          <RelativeTime time={job.created_at} />
        </p>
        {unfinished(job) && (
          <>
            <Progress percent={percent ?? 0} size="small" showInfo={percent !== null} status={job.state === "running" ? "active" : "normal"} aria-label={t("export.progress", { name: job.name })} />
            <RowsLine job={job} />
          </>
        )}
        {job.state === "done" && <DoneLine job={job} />}
        {job.state === "failed" && <p className={styles.jobError}>{errorText(job.error, t("export.failedHint"))}</p>}
      </div>
      <JobActions job={job} />
    </li>
  );
}

function errorText(error: Export["error"], fallback: string): string {
  if (!error) return fallback;
  return typeof error === "string" ? error : codeText(error.code, {}, 503);
}

function ScopeText({ job }: { job: Export }) {
  const { t } = useTranslation();
  const scope = job.scope ?? {};
  const { view, q } = scope as { view?: string; q?: string };
  const chosen = typeof scope.customer_count === "number" ? scope.customer_count : null;
  const parts = [view ? t(`view.${view}`) : chosen !== null ? t("export.scopeChosen", { count: chosen }) : "", q ? `“${q}”` : ""].filter(Boolean);
  return parts.length > 0 ? <span>{parts.join(" · ")}</span> : null;
}

function RowsLine({ job }: { job: Export }) {
  const { t } = useTranslation();
  const at = useEverySecond();
  const left = secondsLeft(job, at);
  if (job.rows_total === null) return null;
  return (
    <p className={styles.jobFacts}>
      {rowsText(job.rows_done)} / {rowsText(job.rows_total)}
      {left !== null && <span>{left < 90 ? t("export.secondsLeft", { count: left }) : t("export.minutesLeft", { count: Math.round(left / 60) })}</span>}
    </p>
  );
}

function DoneLine({ job }: { job: Export }) {
  const { t } = useTranslation();
  useEverySecond(30_000);
  const minutes = job.expires_at ? Math.max(0, inZone(job.expires_at).diff(now(), "minute")) : null;
  return (
    <p className={styles.jobFacts}>
      <span>{t("export.rows", { rows: rowsText(job.rows_done) })}</span>
      {job.size_bytes !== null && <span>{sizeText(job.size_bytes)}</span>}
      {minutes !== null && <span title={formatTime(job.expires_at)}>{minutes >= 60 ? t("export.hoursKept", { count: Math.floor(minutes / 60) }) : t("export.minutesKept", { count: minutes })}</span>}
    </p>
  );
}

function useEverySecond(interval = 1000): number {
  const [at, setAt] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setAt(Date.now()), interval);
    return () => clearInterval(timer);
  }, [interval]);
  return at;
}

/** The same export once more; chosen rows are not kept, so only a view can be asked for again. */
function againBody(job: Export, language: "zh" | "en"): CreateExport | null {
  const { view, ...rest } = (job.scope ?? {}) as Record<string, unknown>;
  if (typeof view !== "string") return null;
  const conditions = Object.fromEntries(Object.entries(rest).filter(([name, value]) => name !== "customer_count" && value !== null && value !== undefined));
  return { ...conditions, view, columns: job.columns ?? [], name: job.name, language } as unknown as CreateExport;
}

function JobActions({ job }: { job: Export }) {
  const { t, i18n } = useTranslation();
  const { modal } = App.useApp();
  const client = useQueryClient();
  const showProblem = useProblemToast();
  const started = useStarted();
  const run = (action: Promise<unknown>) => void action.catch(showProblem).finally(() => void client.invalidateQueries({ queryKey: ["exports"] }));
  const again = againBody(job, i18n.language === "en" ? "en" : "zh");
  const askDelete = () =>
    void modal.confirm({
      title: t("export.deleteTitle"),
      content: t("export.deleteHint", { name: job.name }),
      okText: t("common.delete"),
      okButtonProps: { danger: true },
      cancelText: t("common.cancel"),
      onOk: () => run(deleteExport(job.export_id)),
    });
  if (unfinished(job)) {
    return (
      <Button size="small" icon={<X size={13} />} onClick={() => run(deleteExport(job.export_id))}>
        {t("common.cancel")}
      </Button>
    );
  }
  if (job.state === "done") {
    return (
      <span className={styles.jobActions}>
        <Button size="small" type="primary" ghost icon={<Download size={13} />} href={exportFile(job.export_id)}>
          {t("export.download")}
        </Button>
        <Tooltip title={t("export.deleteFile")}>
          <Button size="small" type="text" icon={<Trash2 size={14} />} aria-label={t("export.deleteFile")} onClick={askDelete} />
        </Tooltip>
      </span>
    );
  }
  if (!again) return null;
  return (
    <Button size="small" icon={<RotateCcw size={13} />} onClick={() => run(createExport(again).then(started))}>
      {t("export.again")}
    </Button>
  );
}
