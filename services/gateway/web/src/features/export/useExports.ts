/** The exports of this member, kept current: by the live stream, and by asking while it is down. */
import { useQuery, useQueryClient, type InfiniteData, type QueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { recentExportsQuery, unfinished, type Export } from "@/api/export";
import { isLive, onLive, onLiveState } from "@/lib/live";

const ASK_WHEN_DOWN_MS = 2_000;
const ASK_ANYWAY_MS = 15_000;

type Page = { items: Export[]; next: string | null };

/** Write one step of progress into whatever lists this tab holds. */
function show(client: QueryClient, event: { export_id: string; state: string; rows_done: number; rows_total: number | null }): void {
  const change = (page: Page): Page => ({ ...page, items: page.items.map((job) => (job.export_id === event.export_id ? { ...job, ...event, state: event.state as Export["state"] } : job)) });
  client.setQueryData<Page>(recentExportsQuery().queryKey, (page) => page && change(page));
  client.setQueriesData<InfiniteData<Page>>({ queryKey: ["exports", "list"] }, (data) => data && { ...data, pages: data.pages.map(change) });
}

/** Shows an export that was just asked for, before anything is asked again: even one that ends at once is then seen to end. */
export function useStarted(): (job: Export) => void {
  const client = useQueryClient();
  return useCallback(
    (job) => {
      client.setQueryData<Page>(recentExportsQuery().queryKey, (page) => ({ next: page?.next ?? null, items: [job, ...(page?.items ?? []).filter((each) => each.export_id !== job.export_id)] }));
      void client.invalidateQueries({ queryKey: ["exports"] });
    },
    [client],
  );
}

/** The last ones; undefined before the first look. */
export function useRecentExports(): Export[] | undefined {
  const live = useSyncExternalStore(onLiveState, isLive);
  const { data } = useQuery({
    ...recentExportsQuery(),
    refetchInterval: ({ state }) => (state.data?.items.some(unfinished) ? (live ? ASK_ANYWAY_MS : ASK_WHEN_DOWN_MS) : false),
    refetchIntervalInBackground: true,
  });
  return data?.items;
}

/** Listen once, in the frame: progress is written in place, an end is asked for in full. */
export function useExportEvents(): void {
  const client = useQueryClient();
  useEffect(() => {
    const offEvent = onLive("export", (event) => {
      const known = client.getQueryData<Page>(recentExportsQuery().queryKey)?.items.some((job) => job.export_id === event.export_id);
      show(client, event);
      if (!known || !["queued", "running"].includes(event.state)) void client.invalidateQueries({ queryKey: ["exports"] });
    });
    return offEvent;
  }, [client]);
}
