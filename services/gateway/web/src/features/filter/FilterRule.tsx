/** One condition: field, operator, value, and what is wrong with it. */
import { Button, Select } from "antd";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useRule, type RuleProps } from "react-querybuilder";
import { useOptions } from "@/api/option";
import { useBuilder } from "@/features/filter/context";
import { FieldSelect } from "@/features/filter/FieldSelect";
import styles from "@/features/filter/filter.module.css";
import { ValueEditor } from "@/features/filter/ValueEditor";
import { listOf, type FilterValue } from "@/lib/filter";
import { familyOf, isComplete, keptValue, kindOf, operatorsOf } from "@/lib/filterOperator";
import { conditionText } from "@/lib/filterText";

export function FilterRule(props: RuleProps) {
  const { t } = useTranslation();
  const { removeRule, path } = useRule(props);
  const { fields, find, words, change, faults, strict, fresh } = useBuilder();
  const { known } = useOptions();
  const { field: name, operator, id = "" } = props.rule;
  const value = props.rule.value as FilterValue | undefined;
  const field = find(name);
  const place = path.map((step) => step + 1).join(".");
  const missing = field !== undefined && !isComplete(field.type, operator, value);
  const list = field?.list;
  const goneOption = list && kindOf(field.type, operator) === "options" ? listOf(value).find((each) => !known(list, String(each))) : undefined;
  const fault = name !== "" && !field ? t("filter.fieldGone") : goneOption !== undefined ? t("filter.valueGone", { value: String(goneOption) }) : (faults.get(id) ?? (strict && (missing || name === "") ? t("filter.incomplete") : null));

  const pickField = (next: string) => {
    const type = find(next)?.type ?? "text";
    const [op = "is"] = operatorsOf(type, find(next)?.operators);
    change(path, { field: next, operator: op, value: keptValue(undefined, "none", kindOf(type, op), op) });
  };
  const pickOperator = (op: string) => field && change(path, { operator: op, value: keptValue(value, kindOf(field.type, operator), kindOf(field.type, op), op) });
  const label = field ? (words.field(name)?.label ?? name) : t("filter.conditionOf", { place });
  return (
    <div className={styles.rule} role="group" aria-label={t("filter.conditionOf", { place })} data-fault={fault !== null || undefined} data-field={name}>
      <div className={styles.field}>
        <FieldSelect value={name} fields={fields} onChange={pickField} label={`${t("filter.fieldOf")} ${place}`} gone={name !== "" && !field} autoFocus={fresh === id} />
      </div>
      {field && <Select className={styles.operator} value={operator} options={operatorsOf(field.type, field.operators, operator).map((op) => ({ value: op, label: t(`filter.op.${familyOf(field.type)}.${op}`) }))} popupMatchSelectWidth={150} aria-label={`${t("filter.operatorOf")} ${label}`} onChange={pickOperator} />}
      {field && kindOf(field.type, operator) !== "none" && (
        <div className={styles.value}>
          <ValueEditor field={field} op={operator} value={value} onChange={(next) => change(path, { value: next })} label={`${t("filter.valueOf")} ${label}`} status={fault === null ? undefined : "error"} />
        </div>
      )}
      <Button type="text" icon={<X size={15} />} className={styles.off} aria-label={t("filter.removeCondition", { text: name === "" ? place : conditionText({ field: name, op: operator, value }, words) })} onClick={removeRule} />
      {name === "last_follow_up_at" && operator === "more_than_days_ago" && <p className={styles.ruleHint}>{t("filter.neverLeftOut")}</p>}
      {fault !== null && (
        <p className={styles.fault} role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}
