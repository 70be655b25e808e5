/** All exports of this member, by state. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Segmented, Select, Skeleton } from "antd";
import { FileSpreadsheet } from "lucide-react";
import { useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { exportsQuery, unfinished } from "@/api/export";
import styles from "@/features/export/export.module.css";
import { ExportItem } from "@/features/export/ExportItem";
import { isLive, onLiveState } from "@/lib/live";
import { useNarrow } from "@/lib/useNarrow";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBanner } from "@/ui/ErrorBanner";

const STATES = ["", "running", "done", "failed", "cancelled", "expired"] as const;

export function ExportList() {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const live = useSyncExternalStore(onLiveState, isLive);
  const [state, setState] = useState<string>("");
  const query = useInfiniteQuery({ ...exportsQuery(state), refetchInterval: ({ state: held }) => (!live && held.data?.pages.some((page) => page.items.some(unfinished)) ? 2000 : false) });
  const jobs = query.data?.pages.flatMap((page) => page.items) ?? [];
  const options = STATES.map((each) => ({ value: each as string, label: each === "" ? t("common.all") : t(`export.state.${each}`) }));
  return (
    <>
      <div className={styles.states}>
        {narrow ? <Select value={state} onChange={setState} options={options} aria-label={t("export.stateFilter")} /> : <Segmented value={state} onChange={setState} options={options} aria-label={t("export.stateFilter")} />}
      </div>
      {query.isPending && <Skeleton active />}
      {query.isError && <ErrorBanner error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && jobs.length === 0 && <EmptyState icon={<FileSpreadsheet size={20} />} title={t(state ? "export.noneInState" : "export.none")} hint={state ? undefined : t("export.noneHint")} />}
      <ul className={styles.jobs} data-framed={jobs.length > 0 || undefined}>
        {jobs.map((job) => (
          <ExportItem key={job.export_id} job={job} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button block loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("member.more")}
        </Button>
      )}
    </>
  );
}
