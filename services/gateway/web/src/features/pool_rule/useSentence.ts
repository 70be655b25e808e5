/** A rule in one sentence. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { departmentsQuery } from "@/api/department";
import { useFilterWords } from "@/api/filter_text";
import { usePool } from "@/api/pool";
import type { RuleValues } from "@/api/pool_rule";
import { treeOfRule } from "@/features/pool_rule/values";
import { filterText } from "@/lib/filterText";

export function useSentence(rule: RuleValues, poolId: string): string {
  const { t } = useTranslation();
  const departments = useQuery(departmentsQuery()).data?.items ?? [];
  const pool = usePool(poolId)?.name ?? t("view.pool");
  const tree = treeOfRule(rule);
  const words = useFilterWords(tree);
  const comma = t("pool_rule.sentence.comma");
  const nameOf = (id: string) => departments.find((found) => found.department_id === id)?.name ?? "?";
  const who = rule.department_ids.length > 0 ? t("pool_rule.sentence.departments", { names: rule.department_ids.map(nameOf).join(comma) }) : t("pool_rule.sentence.everybody");
  const parts = [
    t(rule.workdays ? "pool_rule.sentence.workdays" : "pool_rule.sentence.days", { who, count: rule.days, pool }),
    ...(tree ? [t("pool_rule.sentence.filtered", { conditions: filterText(tree, words) })] : []),
    rule.warn_days.length > 0 ? t("pool_rule.sentence.warned", { days: rule.warn_days.join(comma) }) : t("pool_rule.sentence.unwarned"),
    ...(rule.skip_locked ? [t("pool_rule.sentence.locked")] : []),
    ...(rule.active_from ? [t("pool_rule.sentence.from", { day: rule.active_from })] : []),
  ];
  return parts.join(t("pool_rule.sentence.semicolon")) + t("pool_rule.sentence.end");
}
