/** The batches of this member, kept current: asked often while one runs, and after each that was begun here. */
import { useQuery } from "@tanstack/react-query";
import { recentBatchesQuery, unfinished, type BatchSummary } from "@/api/batch";

const ASK_MS = 1_000;

export function useRecentBatches(): { batches: BatchSummary[]; error: unknown; retry: () => void } {
  const query = useQuery({
    ...recentBatchesQuery(),
    refetchInterval: ({ state }) => (state.data?.items.some(unfinished) ? ASK_MS : false),
    refetchIntervalInBackground: true,
  });
  return { batches: query.data?.items ?? [], error: query.error, retry: () => void query.refetch() };
}

/** What is done of all that run, in per cent. */
export function overall(running: BatchSummary[]): number {
  const total = running.reduce((sum, batch) => sum + batch.total, 0);
  return total === 0 ? 0 : Math.floor((running.reduce((sum, batch) => sum + batch.done + batch.skipped, 0) / total) * 100);
}
