/** The parts of a rule as a form. */
import { useQuery } from "@tanstack/react-query";
import { Checkbox, DatePicker, Input, InputNumber, Radio, Select } from "antd";
import dayjs from "dayjs";
import { useId, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { departmentsQuery } from "@/api/department";
import type { RuleValues } from "@/api/pool_rule";
import styles from "@/features/pool_rule/pool_rule.module.css";
import { dayAfter, fitting, NOTICE_DAYS, WARN_CHOICES } from "@/features/pool_rule/values";

type Props = { rule: RuleValues; onChange: (rule: RuleValues) => void; /** Where the conditions are built. */ conditions: ReactNode };

export function RuleForm({ rule, onChange, conditions }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const departments = useQuery(departmentsQuery()).data?.items ?? [];
  const change = (part: Partial<RuleValues>) => onChange(fitting({ ...rule, ...part }));
  return (
    <div className={styles.form}>
      <label className={styles.label} htmlFor={`${id}name`}>
        {t("pool_rule.name")}
      </label>
      <Input id={`${id}name`} value={rule.name} maxLength={60} placeholder={t("pool_rule.nameHint")} onChange={(event) => change({ name: event.target.value })} />
      <label className={styles.label} htmlFor={`${id}days`}>
        {t("pool_rule.clock")}
      </label>
      <div className={styles.row}>
        <InputNumber id={`${id}days`} min={1} max={1000} precision={0} value={rule.days} onChange={(days) => change({ days: days ?? 1 })} />
        <Radio.Group value={rule.workdays} optionType="button" aria-label={t("pool_rule.unit")} options={[{ value: false, label: t("pool_rule.calendarDays") }, { value: true, label: t("pool_rule.workdays") }]} onChange={(event) => change({ workdays: event.target.value as boolean })} />
      </div>
      <p className={styles.hint}>{t(rule.workdays ? "pool_rule.workdaysHint" : "pool_rule.clockHint")}</p>
      <label className={styles.label} htmlFor={`${id}departments`}>
        {t("pool_rule.who")}
      </label>
      <Select
        id={`${id}departments`}
        mode="multiple"
        value={rule.department_ids}
        placeholder={t("pool_rule.everybody")}
        optionFilterProp="label"
        options={departments.map((found) => ({ value: found.department_id, label: found.name }))}
        onChange={(department_ids: string[]) => change({ department_ids })}
      />
      {conditions}
      <fieldset className={styles.group}>
        <legend className={styles.label}>{t("pool_rule.warn")}</legend>
        <Checkbox.Group value={rule.warn_days} options={WARN_CHOICES.map((days) => ({ value: days, label: t("pool_rule.daysBefore", { count: days }), disabled: days >= rule.days }))} onChange={(days) => change({ warn_days: (days as number[]).sort((one, other) => other - one) })} />
      </fieldset>
      <fieldset className={styles.group}>
        <legend className={styles.label}>{t("pool_rule.begin")}</legend>
        <Radio.Group value={rule.active_from ? "day" : "now"} options={[{ value: "day", label: t("pool_rule.beginDay") }, { value: "now", label: t("pool_rule.beginNow") }]} onChange={(event) => change({ active_from: event.target.value === "now" ? null : dayAfter(NOTICE_DAYS) })} />
        {rule.active_from && <DatePicker value={dayjs(rule.active_from)} allowClear={false} aria-label={t("pool_rule.begin")} onChange={(day: dayjs.Dayjs | null) => change({ active_from: day ? day.format("YYYY-MM-DD") : null })} />}
      </fieldset>
      <Checkbox checked={rule.skip_locked} onChange={(event) => change({ skip_locked: event.target.checked })}>
        {t("pool_rule.skipLocked")}
      </Checkbox>
    </div>
  );
}
