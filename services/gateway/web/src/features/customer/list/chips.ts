/** Which quick filters a view has, and what a list with them asks for. */
import { useTranslation } from "react-i18next";
import type { Selection } from "@/api/customer";
import { filterParameter, type Chip, type ConditionChip, type ListSearch, type ListView } from "@/lib/listSearch";

export type ChangeChips = (change: { [chip in Chip | ConditionChip]?: string | undefined }) => void;

/** Chips that can narrow a view: one of mine, unassigned or pooled customers has no choice of owner. */
export function chipsOf(view: ListView): Chip[] {
  const owner: Chip[] = view === "mine" || view === "unassigned" || view === "pool" ? [] : ["owner_id"];
  return ["status", "level", ...owner, "province", "source", "industry"];
}

/** What the list asks for. */
export function selectionOf(search: ListSearch): Selection {
  const { view, q, sort } = search;
  const chips = Object.fromEntries(chipsOf(view).map((chip) => [chip, search[chip]]));
  return { view, q, sort, ...chips, ...(search.pool_id ? { pool_id: search.pool_id } : {}), filter: filterParameter(search) };
}

/** When the latest follow-up was, as people ask for it; any other time is a condition of the builder. */
export const FOLLOWED = ["relative:today", "relative:this_week", "last_days:7", "last_days:30", "more_than_days_ago:7", "more_than_days_ago:14", "more_than_days_ago:30", "is_empty"] as const;

export function useFollowedText(): (value: string) => string {
  const { t } = useTranslation();
  return (value) => {
    const [op = "", amount = ""] = value.split(":");
    return op === "relative" ? t(`filter.period.${amount}`) : t(`list.followed.${op}`, { count: Number(amount) });
  };
}
