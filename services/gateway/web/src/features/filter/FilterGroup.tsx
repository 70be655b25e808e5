/** A group of conditions: all or any of them, turned round or not, and what can be added to it. */
import { Button, Select, Switch, Tooltip } from "antd";
import { FolderPlus, Plus, X } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { RuleGroupBodyComponents, useRuleGroup, type RuleGroupProps } from "react-querybuilder";
import { useBuilder } from "@/features/filter/context";
import styles from "@/features/filter/filter.module.css";
import { CONDITIONS_MAX, DEPTH_MAX } from "@/lib/filter";

export function FilterGroup(props: RuleGroupProps) {
  const { t } = useTranslation();
  const group = useRuleGroup(props);
  const { full } = useBuilder();
  const negateId = useId();
  const { ruleGroup, path } = group;
  const root = path.length === 0;
  const deep = path.length + 1 >= DEPTH_MAX;
  const negated = Boolean(ruleGroup.not);
  return (
    <div className={styles.group} role="group" aria-label={root ? t("filter.title") : t("filter.groupOf")} data-root={root || undefined} data-negated={negated || undefined}>
      <div className={styles.groupHead}>
        <span>{t("filter.matchBefore")}</span>
        <Select
          size="small"
          className={styles.combinator}
          value={"combinator" in ruleGroup ? ruleGroup.combinator : "and"}
          options={[
            { value: "and", label: t("filter.all") },
            { value: "or", label: t("filter.any") },
          ]}
          aria-label={t("filter.combinator")}
          onChange={(value) => group.onCombinatorChange(value)}
        />
        <span className={styles.after}>{t("filter.matchAfter")}</span>
        <Tooltip title={t("filter.negateHint")}>
          <label htmlFor={negateId} className={styles.negate}>
            <Switch id={negateId} size="small" checked={negated} onChange={(checked) => group.onNotToggleChange(checked)} />
            {t("filter.negate")}
          </label>
        </Tooltip>
        {!root && <Button type="text" size="small" icon={<X size={15} />} className={styles.off} aria-label={t("filter.removeGroup")} onClick={group.removeGroup} />}
      </div>
      {ruleGroup.rules.length > 0 && (
        <div className={styles.rules}>
          <RuleGroupBodyComponents {...group} />
        </div>
      )}
      <div className={styles.adders}>
        <Tooltip title={full ? t("filter.tooMany", { count: CONDITIONS_MAX }) : undefined}>
          <Button type="link" size="small" icon={<Plus size={14} />} disabled={full} onClick={group.addRule}>
            {t(ruleGroup.rules.length > 0 ? "filter.addCondition" : "filter.addFirst")}
          </Button>
        </Tooltip>
        <Tooltip title={deep ? t("filter.tooDeep", { count: DEPTH_MAX }) : undefined}>
          <Button type="link" size="small" icon={<FolderPlus size={14} />} disabled={deep || full} onClick={group.addGroup}>
            {t("filter.addGroup")}
          </Button>
        </Tooltip>
      </div>
    </div>
  );
}
