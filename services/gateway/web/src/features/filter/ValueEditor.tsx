/** The value of a condition, by what its field and operator take. */
import { useQuery } from "@tanstack/react-query";
import { DatePicker, Input, InputNumber, Radio, Select } from "antd";
import dayjs from "dayjs";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { filterPoolsQuery } from "@/api/filter_text";
import { useOptions, type Field } from "@/api/option";
import styles from "@/features/filter/filter.module.css";
import { MemberValue } from "@/features/filter/MemberValue";
import { TagValue } from "@/features/filter/TagValue";
import { listOf, type FilterScalar, type FilterValue } from "@/lib/filter";
import { kindOf, PERIODS, takesList } from "@/lib/filterOperator";
import { matchesText } from "@/lib/match";

export type ValueProps = { field: Field; op: string; value: FilterValue | undefined; onChange: (value: FilterValue | undefined) => void; label: string; status?: "error" };

export function ValueEditor(props: ValueProps) {
  const { t } = useTranslation();
  const { field, op, value, onChange, label, status } = props;
  const text = typeof value === "string" ? value : "";
  switch (kindOf(field.type, op)) {
    case "none":
      return null;
    case "text":
      return <Input value={text} maxLength={200} placeholder={t("filter.typeValue")} aria-label={label} status={status} onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value)} />;
    case "texts":
      return <Select mode="tags" open={false} suffixIcon={null} value={listOf(value).map(String)} tokenSeparators={[",", "，", "、", ";", "；"]} placeholder={t("filter.typeTexts")} aria-label={label} status={status} onChange={(values: string[]) => onChange(filled(values))} />;
    case "number":
      return <InputNumber className={styles.wide} value={typeof value === "number" ? value : null} placeholder={t("filter.typeValue")} aria-label={label} status={status} onChange={(next) => onChange(next ?? undefined)} />;
    case "numbers":
      return <NumberRange {...props} />;
    case "day":
      return <DatePicker className={styles.wide} value={text ? dayjs(text) : null} aria-label={label} status={status} onChange={(day) => onChange(day ? day.format("YYYY-MM-DD") : undefined)} />;
    case "days_between":
      return <DayRange {...props} />;
    case "period":
      return <Select value={text || undefined} options={PERIODS.map((period) => ({ value: period, label: t(`filter.period.${period}`) }))} aria-label={label} status={status} onChange={(next: string) => onChange(next)} />;
    case "days":
      return <InputNumber className={styles.wide} min={0} max={3660} precision={0} suffix={t("filter.dayUnit")} value={typeof value === "number" ? value : null} aria-label={label} status={status} onChange={(next) => onChange(next ?? undefined)} />;
    case "yes_no":
      return (
        <Radio.Group value={value} aria-label={label} onChange={(event) => onChange(event.target.value as boolean)}>
          <Radio value={true}>{t("filter.yes")}</Radio>
          <Radio value={false}>{t("filter.no")}</Radio>
        </Radio.Group>
      );
    case "members":
      return <MemberValue {...props} />;
    case "tags":
      return <TagValue {...props} />;
    case "options":
      return <OptionValue {...props} />;
  }
}

export const filled = (values: readonly FilterScalar[]): FilterValue | undefined => (values.length > 0 ? values : undefined);

/** Labels of choices whose options are the product's own words. */
const FIXED: Record<string, readonly string[]> = { visibility: ["public", "private"], state: ["owned", "unassigned", "pool"] };

function OptionValue({ field, op, value, onChange, label, status }: ValueProps) {
  const { t } = useTranslation();
  const { choices, find, known } = useOptions();
  const values = listOf(value).map(String);
  const pools = useQuery({ ...filterPoolsQuery, enabled: field.field === "pool" }).data;
  const options = useMemo(() => {
    if (field.field === "pool") return (pools ?? []).map((pool) => ({ value: pool.pool_id, label: pool.name }));
    if (!field.list) return (FIXED[field.field] ?? []).map((each) => ({ value: each, label: field.field === "visibility" ? t(`detail.${each}`) : t(`detail.state.${each}`) }));
    return choices(field.list).map((option) => ({ value: option.value, label: option.label }));
  }, [field, choices, pools, t]);
  const many = takesList(op);
  const list = field.list;
  return (
    <Select
      mode={many ? "multiple" : undefined}
      value={many ? values : values[0]}
      options={options}
      placeholder={t("filter.pickValue")}
      aria-label={label}
      status={status}
      // A retired option keeps its name; one that is gone says so.
      labelRender={({ value: each, label: shown }) => <>{shown ?? (list && known(list, String(each)) ? find(list, String(each))?.label : t("filter.goneValue"))}</>}
      showSearch={{ filterOption: (typed, option) => matchesText(typed, String(option?.label ?? ""), String(option?.value ?? "")) }}
      onChange={(next: string | string[]) => onChange(Array.isArray(next) ? filled(next) : next)}
    />
  );
}

function NumberRange({ value, onChange, label, status }: ValueProps) {
  const { t } = useTranslation();
  const [low, high] = listOf(value);
  const set = (next: readonly (FilterScalar | null | undefined)[]) => onChange(next.every((each) => each === null || each === undefined) ? undefined : (next as FilterScalar[]));
  const shown = (each: FilterScalar | undefined) => (typeof each === "number" ? each : null);
  return (
    <span className={styles.range}>
      <InputNumber className={styles.wide} value={shown(low)} placeholder={t("filter.from")} aria-label={`${label} ${t("filter.from")}`} status={status} onChange={(next) => set([next, high])} />
      <span aria-hidden>–</span>
      <InputNumber className={styles.wide} value={shown(high)} placeholder={t("filter.to")} aria-label={`${label} ${t("filter.to")}`} status={status} onChange={(next) => set([low, next])} />
    </span>
  );
}

function DayRange({ value, onChange, label, status }: ValueProps) {
  const [low, high] = listOf(value).map((day) => (day ? dayjs(String(day)) : null));
  return <DatePicker.RangePicker className={styles.wide} value={[low ?? null, high ?? null]} aria-label={label} status={status} onChange={(days) => onChange(days?.[0] && days[1] ? [days[0].format("YYYY-MM-DD"), days[1].format("YYYY-MM-DD")] : undefined)} />;
}
