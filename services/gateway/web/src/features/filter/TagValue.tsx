/** Tags of a condition: found by name in a list that shows their colours. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { tagsQuery, useTagsById } from "@/api/tag";
import { filled, type ValueProps } from "@/features/filter/ValueEditor";
import { listOf } from "@/lib/filter";
import { matchesText } from "@/lib/match";
import { StatusDot } from "@/ui/StatusDot";
import { tagText } from "@/ui/TagChip";

export function TagValue({ value, onChange, label, status }: ValueProps) {
  const { t } = useTranslation();
  const { data } = useQuery(tagsQuery);
  const held = listOf(value).map(String);
  const tagOf = useTagsById(held);
  const nameOf = (tagId: string) => {
    const tag = tagOf(tagId);
    return tag ? tagText(t, tag) : tag === null ? t("filter.goneValue") : "…";
  };
  const options = useMemo(() => (data?.items ?? []).map((tag) => ({ value: tag.tag_id, label: tag.name, color: tag.color, search: tag.search })), [data]);
  return (
    <Select
      mode="multiple"
      value={held}
      options={options}
      placeholder={t("filter.pickValue")}
      aria-label={label}
      status={status}
      notFoundContent={t("common.noMatch")}
      labelRender={({ value: each, label: name }) => <>{name ?? nameOf(String(each))}</>}
      optionRender={({ data: option }) => <StatusDot label={option.label} color={option.color} />}
      showSearch={{ filterOption: (typed, option) => matchesText(typed, option?.search) }}
      onChange={(next: string[]) => onChange(filled(next))}
    />
  );
}
