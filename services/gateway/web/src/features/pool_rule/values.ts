/** A rule while it is being edited. */
import type { PoolRule, RuleValues } from "@/api/pool_rule";
import { isFilterNode, type FilterNode } from "@/lib/filter";
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

/** The conditions of a rule as a tree; null where there are none. */
export const treeOfRule = (rule: RuleValues): FilterNode | null => (isFilterNode(rule.filter) ? rule.filter : null);
