/** Recycle rules of a pool, and what a rule would do. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Schema } from "@/api/schema";
import { http } from "@/lib/http";

export type PoolRule = Schema<"PoolRule">;
export type Simulation = Schema<"Simulation">;
export type RuleValues = {
  name: string;
  days: number;
  workdays: boolean;
  filter: Record<string, unknown> | null;
  department_ids: string[];
  skip_locked: boolean;
  warn_days: number[];
  active: boolean;
  active_from: string | null;
};

const keys = { rules: (poolId: string) => ["pools", poolId, "rules"] as const };

export const rulesQuery = (poolId: string) =>
  queryOptions({ queryKey: keys.rules(poolId), queryFn: ({ signal }) => http.get<{ items: PoolRule[] }>(`/api/pools/${poolId}/rules`, undefined, signal) });

/** Asks without changing anything; the last answer stays on the screen while a changed rule is asked about. */
export const simulationQuery = (poolId: string, rule: RuleValues, enabled: boolean) =>
  queryOptions({
    queryKey: ["pools", poolId, "simulation", rule],
    queryFn: ({ signal }) => http.post<Simulation>(`/api/pools/${poolId}/simulation`, { rule: { ...rule, name: rule.name.trim() || "—" }, limit: 20 }, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
    enabled,
  });

export const createRule = (poolId: string, rule: RuleValues) => http.post<PoolRule>(`/api/pools/${poolId}/rules`, rule);

export const editRule = (poolId: string, ruleId: string, changes: Partial<RuleValues>) => http.patch<PoolRule>(`/api/pools/${poolId}/rules/${ruleId}`, changes);

export const deleteRule = (poolId: string, ruleId: string) => http.delete(`/api/pools/${poolId}/rules/${ruleId}`);
