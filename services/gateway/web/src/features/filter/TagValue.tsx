/** Tags of a condition: found by name in a list that shows their colours. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { tagsQuery } from "@/api/tag";
import { filled, type ValueProps } from "@/features/filter/ValueEditor";
import { listOf } from "@/lib/filter";
import { matchesText } from "@/lib/match";
import { StatusDot } from "@/ui/StatusDot";

export function TagValue({ value, onChange, label, status }: ValueProps) {
  const { t } = useTranslation();
  const { data } = useQuery(tagsQuery);
  const options = useMemo(() => (data?.items ?? []).map((tag) => ({ value: tag.tag_id, label: tag.name, color: tag.color, search: tag.search })), [data]);
  return (
    <Select
      mode="multiple"
      value={listOf(value).map(String)}
      options={options}
      placeholder={t("filter.pickValue")}
      aria-label={label}
      status={status}
      notFoundContent={t("common.noMatch")}
      labelRender={({ label: name }) => <>{name ?? t("filter.goneValue")}</>}
      optionRender={({ data: option }) => <StatusDot label={option.label} color={option.color} />}
      showSearch={{ filterOption: (typed, option) => matchesText(typed, option?.search) }}
      onChange={(next: string[]) => onChange(filled(next))}
    />
  );
}
