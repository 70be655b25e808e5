/** Any field's value in words: options by their label, times in the organisation's zone, members by name. */
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useMemberName } from "@/api/member_name";
import { fieldsQuery, useOptions } from "@/api/option";
import { formatDay, formatTime } from "@/lib/time";

export type FieldText = (field: string, value: unknown) => string;

const NUMBER = new Intl.NumberFormat("en-US", { maximumFractionDigits: 6 });

function nameOf(value: unknown): string {
  return typeof value === "object" && value !== null && "name" in value ? String(value.name) : String(value);
}

/** Words for a value; empty for no value. An unknown field is shown as it is. */
export function useFieldText(): FieldText {
  const { data } = useQuery(fieldsQuery);
  const { find } = useOptions();
  const memberName = useMemberName();
  const { t } = useTranslation();
  return useCallback(
    (name, value) => {
      if (value === null || value === undefined || value === "") return "";
      const field = data?.fields.find((each) => each.field === name);
      if (name === "visibility") return value === "private" ? t("detail.private") : t("detail.public");
      if (name === "state") return t(`detail.state.${String(value)}`);
      if (Array.isArray(value) && field?.list) return value.map((each) => find(field.list ?? "", String(each))?.label ?? String(each)).join(t("detail.comma"));
      if (Array.isArray(value)) return value.map((each: unknown) => nameOf(each)).join(t("detail.comma"));
      if (typeof value === "object") return nameOf(value);
      if (field?.list) return find(field.list, String(value))?.label ?? String(value);
      if (field?.type === "datetime") return formatTime(String(value));
      if (field?.custom && typeof value === "number") return NUMBER.format(value);
      if (field?.custom && field.type === "member") return memberName(String(value));
      if (field?.custom && field.type === "date") return String(value); // a day has no zone
      if (field?.type === "date") return formatDay(String(value));
      if (field?.type === "boolean") return value ? t("common.yes") : t("common.no");
      return String(value);
    },
    [data, find, memberName, t],
  );
}
