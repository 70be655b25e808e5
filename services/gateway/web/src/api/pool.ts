/** Pools: which there are, how much of their limits one has used, taking the next customer; for admins making and changing them. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import type { Customer } from "@/api/customer";
import type { Schema } from "@/api/schema";
import { http } from "@/lib/http";

export type Pool = Schema<"Pool">;
export type PoolChanges = Partial<Schema<"EditPool">>;

export const poolKeys = { all: ["pools"] as const, list: (archived: boolean) => ["pools", archived] as const };

export const poolsQuery = (archived = false) =>
  queryOptions({ queryKey: poolKeys.list(archived), queryFn: ({ signal }) => http.get<{ items: Pool[] }>("/api/pools", archived ? { archived } : undefined, signal), staleTime: 20_000 });

/** One of the pools in use; undefined while it is not known. */
export const usePool = (poolId: string | undefined): Pool | undefined => useQuery(poolsQuery()).data?.items.find((pool) => pool.pool_id === poolId);

/** Who may claim what is returned to a pool: `target` where it is not known which pool that is. */
export function claimersOf(pools: readonly Pool[], poolId: string | null): { kind: "everyone" | "members" | "target"; name?: string } {
  const pool = pools.find((each) => each.pool_id === poolId) ?? (pools.length === 1 ? pools[0] : undefined);
  if (!pool) return { kind: "target" };
  return { kind: pool.open_to_all ? "everyone" : "members", name: pool.name };
}

export const createPool = (pool: PoolChanges & { name: string }) => http.post<Pool>("/api/pools", pool);

export const editPool = (poolId: string, changes: PoolChanges) => http.patch<Pool>(`/api/pools/${poolId}`, changes);

export const archivePool = (poolId: string, targetPoolId: string | null) => http.post<Pool>(`/api/pools/${poolId}/archive`, targetPoolId ? { target_pool_id: targetPoolId } : {});

export const restorePool = (poolId: string) => http.post<Pool>(`/api/pools/${poolId}/restore`);

/** The customer that has been in the pool longest, of those that one may claim. */
export const claimNext = (poolId: string) => http.postUndoable<Customer>(`/api/pools/${poolId}/next`);
