/** A rule in one sentence. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { departmentsQuery } from "@/api/department";
import { useOptions } from "@/api/option";
import type { RuleValues } from "@/api/pool_rule";
import { simpleOf } from "@/features/pool_rule/values";

export function useSentence(): (rule: RuleValues) => string {
  const { t } = useTranslation();
  const { find } = useOptions();
  const departments = useQuery(departmentsQuery()).data?.items ?? [];
  const nameOf = (id: string) => departments.find((found) => found.department_id === id)?.name ?? "?";
  const namesOf = (list: string, values: string[]) => values.map((value) => find(list, value)?.label ?? value).join(t("pool_rule.sentence.comma"));
  const filtered = (rule: RuleValues): string => {
    const simple = simpleOf(rule.filter);
    if (!simple) return t("pool_rule.sentence.filtered");
    const levels = simple.levels.length > 0 ? t("pool_rule.sentence.levels", { names: namesOf("level", simple.levels) }) : "";
    return levels + (simple.exceptStatuses.length > 0 ? t("pool_rule.sentence.except", { names: namesOf("status", simple.exceptStatuses) }) : "");
  };
  return (rule) => {
    const who = rule.department_ids.length > 0 ? t("pool_rule.sentence.departments", { names: rule.department_ids.map(nameOf).join(t("pool_rule.sentence.comma")) }) : t("pool_rule.sentence.everybody");
    const parts = [
      t(rule.workdays ? "pool_rule.sentence.workdays" : "pool_rule.sentence.days", { who, count: rule.days }) + filtered(rule),
      rule.warn_days.length > 0 ? t("pool_rule.sentence.warned", { days: rule.warn_days.join(t("pool_rule.sentence.comma")) }) : t("pool_rule.sentence.unwarned"),
      ...(rule.skip_locked ? [t("pool_rule.sentence.locked")] : []),
      ...(rule.active_from ? [t("pool_rule.sentence.from", { day: rule.active_from })] : []),
    ];
    return parts.join(t("pool_rule.sentence.semicolon")) + t("pool_rule.sentence.end");
  };
}
