/** Saved searches: conditions under a name, one's own and shared ones. */
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { customerKeys, type View } from "@/api/customer";
import type { Schema } from "@/api/schema";
import type { FilterNode } from "@/lib/filter";
import { http } from "@/lib/http";

type Answer = Schema<"SavedSearch">;
export type SavedSearch = Omit<Answer, "filter" | "view"> & { filter: FilterNode | null; view: View };
export type SharedWith = Answer["shared_with"];

export type SearchContent = { view: View; q?: string | null; filter?: FilterNode | null; sort?: string | null; columns?: string[] | null };
export type SearchLook = { name: string; color?: string | null; icon?: string | null; count_shown?: boolean; pinned?: boolean };
export type SearchSharing = { shared_with: SharedWith; member_ids: string[]; department_ids: string[] };
export type NewSavedSearch = SearchContent & SearchLook & Partial<SearchSharing>;

export const savedSearchesQuery = queryOptions({
  queryKey: ["saved_searches"],
  queryFn: async ({ signal }) => (await http.get<{ items: SavedSearch[] }>("/api/saved_searches", undefined, signal)).items,
  staleTime: 30_000,
});

export function createSavedSearch(search: NewSavedSearch, idempotencyKey?: string): Promise<SavedSearch> {
  return http.post<SavedSearch>("/api/saved_searches", search, { idempotencyKey });
}

export function editSavedSearch(savedSearchId: string, changes: Partial<NewSavedSearch>): Promise<SavedSearch> {
  return http.patch<SavedSearch>(`/api/saved_searches/${savedSearchId}`, changes);
}

export const deleteSavedSearch = (savedSearchId: string) => http.delete(`/api/saved_searches/${savedSearchId}`);
export const restoreSavedSearch = (savedSearchId: string) => http.post<SavedSearch>(`/api/saved_searches/${savedSearchId}/restore`);
export const orderSavedSearches = (savedSearchIds: string[]) => http.put("/api/saved_searches/order", { saved_search_ids: savedSearchIds });

/** Those of the side menu, in their order. */
export const pinnedOf = (searches: readonly SavedSearch[] | undefined): SavedSearch[] => (searches ?? []).filter((search) => search.pinned);

/** One of them, when it is known by now. */
export function useSavedSearch(savedSearchId: string | undefined): SavedSearch | undefined {
  const { data } = useQuery({ ...savedSearchesQuery, enabled: Boolean(savedSearchId) });
  return useMemo(() => data?.find((search) => search.saved_search_id === savedSearchId), [data, savedSearchId]);
}

export type SearchCache = { set: (change: (searches: SavedSearch[]) => SavedSearch[]) => void; refresh: () => Promise<void> };

/** What is remembered of them: changed at once, then asked for again with the counts of the menu. */
export function useSearchCache(): SearchCache {
  const client = useQueryClient();
  return useMemo(
    () => ({
      set: (change) => client.setQueryData<SavedSearch[]>(savedSearchesQuery.queryKey, (searches) => searches && change(searches)),
      refresh: async () => {
        void client.invalidateQueries({ queryKey: customerKeys.counts });
        await client.invalidateQueries({ queryKey: savedSearchesQuery.queryKey });
      },
    }),
    [client],
  );
}
