/** The batches of this member, kept current: by the live stream, and by asking while it is down. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { recentBatchesQuery, unfinished, type BatchPage, type BatchSummary } from "@/api/batch";
import { isLive, onLive, onLiveState } from "@/lib/live";

/** Batches under way as far as this tab knows: put into the background here, or seen so in the list. The end of each is told once. */
const followed = new Set<string>();
export const follow = (batchId: string): void => void followed.add(batchId);
export const endFollowing = (batchId: string): boolean => followed.delete(batchId);

const ASK_WHEN_DOWN_MS = 1_000;
const ASK_ANYWAY_MS = 10_000;

export function useRecentBatches(): { batches: BatchSummary[]; error: unknown; retry: () => void } {
  const live = useSyncExternalStore(onLiveState, isLive);
  useBatchEvents();
  const query = useQuery({
    ...recentBatchesQuery(),
    refetchInterval: ({ state }) => (state.data?.items.some(unfinished) ? (live ? ASK_ANYWAY_MS : ASK_WHEN_DOWN_MS) : false),
    refetchIntervalInBackground: true,
  });
  return { batches: query.data?.items ?? [], error: query.error, retry: () => void query.refetch() };
}

/** Progress is written in place; an end, or a batch that is not listed yet, is asked for in full. */
function useBatchEvents(): void {
  const client = useQueryClient();
  useEffect(
    () =>
      onLive("batch", ({ batch_id: batchId, state, total, done, skipped }) => {
        const { queryKey } = recentBatchesQuery();
        const listed = client.getQueryData<BatchPage>(queryKey)?.items.some((batch) => batch.batch_id === batchId);
        if (!listed || !["queued", "running"].includes(state)) return void client.invalidateQueries({ queryKey: ["batches"] });
        client.setQueryData<BatchPage>(queryKey, (page) => page && { ...page, items: page.items.map((batch) => (batch.batch_id === batchId ? { ...batch, state: state as BatchSummary["state"], total, done, skipped } : batch)) });
      }),
    [client],
  );
}

/** What is done of all that run, in per cent. */
export function overall(running: BatchSummary[]): number {
  const total = running.reduce((sum, batch) => sum + batch.total, 0);
  return total === 0 ? 0 : Math.floor((running.reduce((sum, batch) => sum + batch.done + batch.skipped, 0) / total) * 100);
}
