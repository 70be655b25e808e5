/** A rule while it is being edited. */
import type { PoolRule, RuleValues } from "@/api/pool_rule";
import { now } from "@/lib/time";

export const WARN_CHOICES = [14, 7, 5, 3, 2, 1] as const;
export const NOTICE_DAYS = 7;

export function dayAfter(days: number): string {
  return now().add(days, "day").format("YYYY-MM-DD");
}

/** A new rule gives owners a week: nothing moves before they were warned. */
export function newRule(): RuleValues {
  return { name: "", days: 30, workdays: false, filter: null, department_ids: [], skip_locked: true, warn_days: [7, 3, 1], active: false, active_from: dayAfter(NOTICE_DAYS) };
}

export function valuesOf(rule: PoolRule): RuleValues {
  const { name, days, workdays, filter, department_ids, skip_locked, warn_days, active, active_from } = rule;
  return { name, days, workdays, filter, department_ids, skip_locked, warn_days, active, active_from };
}

/** Warnings must come after the clock began. */
export function fitting(rule: RuleValues): RuleValues {
  return { ...rule, warn_days: rule.warn_days.filter((days) => days < rule.days) };
}

/** The two conditions that most rules need; others are made where conditions are built. */
export type Simple = { levels: string[]; exceptStatuses: string[] };

/** What the form can show of a rule's conditions; null where they say more. */
export function simpleOf(filter: RuleValues["filter"]): Simple | null {
  const found: Simple = { levels: [], exceptStatuses: [] };
  const nodes = filter === null ? [] : "and" in filter ? (filter.and as Record<string, unknown>[]) : [filter];
  for (const { field, op, value } of nodes) {
    if (field === "level" && op === "any_of" && found.levels.length === 0) found.levels = value as string[];
    else if (field === "status" && op === "none_of" && found.exceptStatuses.length === 0) found.exceptStatuses = value as string[];
    else return null;
  }
  return found;
}

export function filterOf({ levels, exceptStatuses }: Simple): RuleValues["filter"] {
  const nodes = [
    ...(levels.length > 0 ? [{ field: "level", op: "any_of", value: levels }] : []),
    ...(exceptStatuses.length > 0 ? [{ field: "status", op: "none_of", value: exceptStatuses }] : []),
  ];
  return nodes.length > 0 ? { and: nodes } : null;
}
