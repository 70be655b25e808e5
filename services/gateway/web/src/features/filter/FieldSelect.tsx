/** The field of a condition: grouped, found by its name in either language, by pinyin and by initials. */
import { Select } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Field } from "@/api/option";
import { grouped } from "@/features/filter/fieldGroups";
import { matchesText } from "@/lib/match";

type Props = { value: string; fields: readonly Field[]; onChange: (field: string) => void; label: string; gone: boolean; autoFocus: boolean };
type Choice = { value: string; label: string; search: string };

export function FieldSelect({ value, fields, onChange, label, gone, autoFocus }: Props) {
  const { t, i18n } = useTranslation();
  const english = i18n.language === "en";
  const options = useMemo(
    () =>
      grouped(fields).map(({ group, fields: inside }) => ({
        label: t(`filter.groups.${group}`),
        title: group,
        options: inside.map<Choice>((field) => ({ value: field.field, label: english ? field.label_en : field.label_zh, search: searchOf(field) })),
      })),
    [fields, english, t],
  );
  return (
    <Select
      value={value === "" ? undefined : value}
      options={options}
      placeholder={t("filter.pickField")}
      aria-label={label}
      status={gone ? "error" : undefined}
      labelRender={({ label: shown }) => shown ?? <>{t("filter.gone", { field: value })}</>}
      autoFocus={autoFocus}
      defaultOpen={autoFocus}
      popupMatchSelectWidth={220}
      listHeight={320}
      showSearch={{ filterOption: (typed, option) => matchesText(typed, (option as Choice | undefined)?.search) }}
      onChange={(field: string) => onChange(field)}
    />
  );
}

const searchOf = (field: Field): string => [field.label_zh, field.label_en, field.field, field.pinyin].filter(Boolean).join(" ");
