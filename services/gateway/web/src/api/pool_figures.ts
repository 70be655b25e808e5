/** What went in and out of a pool. */
import { queryOptions } from "@tanstack/react-query";
import type { Schema } from "@/api/schema";
import { http } from "@/lib/http";

export type PoolFigures = Schema<"PoolFigures">;

export const figuresQuery = (poolId: string, from: string, to: string) =>
  queryOptions({ queryKey: ["pools", poolId, "figures", from, to], queryFn: ({ signal }) => http.get<PoolFigures>(`/api/pools/${poolId}/figures`, { from, to }, signal), staleTime: 60_000 });
