/** Option lists (status, level, industry …) and the registry of fields. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/schema";
import { http } from "@/lib/http";

export type Option = Schema<"Option">;
export type OptionLists = Record<string, Option[]>;
export type Field = Schema<"FieldShape">;
export type FieldType = Field["type"];

export const optionsQuery = queryOptions({
  queryKey: ["options"],
  queryFn: ({ signal }) => http.get<{ lists: OptionLists }>("/api/options", undefined, signal),
  staleTime: 30_000,
});

export const fieldsQuery = queryOptions({
  queryKey: ["fields"],
  queryFn: ({ signal }) => http.get<{ fields: Field[] }>("/api/fields", undefined, signal),
  staleTime: 30_000,
});

export type OptionView = { value: string; label: string; color: string | null; /** Given by the product alone, never by hand. */ system?: boolean };

/** Option lists in the user's language: what may be chosen now, and the label of any value, also of a retired one. */
export function useOptions(): {
  choices: (list: string) => OptionView[];
  find: (list: string, value: string | null | undefined) => OptionView | null;
  /** Whether a value stands in the list, retired or not; true while the lists are being loaded. */
  known: (list: string, value: string) => boolean;
} {
  const { data } = useQuery(optionsQuery);
  const { i18n } = useTranslation();
  const english = i18n.language === "en";
  const lists = useMemo(() => data?.lists ?? {}, [data]);
  const show = useCallback((option: Option): OptionView => ({ value: option.value, label: english ? option.label_en || option.label_zh : option.label_zh, color: option.color, system: option.system }), [english]);
  const choices = useCallback((list: string) => (lists[list] ?? []).filter((option) => option.active).map(show), [lists, show]);
  const find = useCallback(
    (list: string, value: string | null | undefined) => {
      if (!value) return null;
      const option = (lists[list] ?? []).find((each) => each.value === value);
      return option ? show(option) : { value, label: value, color: null };
    },
    [lists, show],
  );
  const known = useCallback((list: string, value: string) => data === undefined || (lists[list] ?? []).some((option) => option.value === value), [data, lists]);
  return { choices, find, known };
}

/** The label of a field in the user's language. */
export function useFieldLabel(): (field: string) => string {
  const { data } = useQuery(fieldsQuery);
  const { i18n } = useTranslation();
  return useCallback(
    (name: string) => {
      const field = data?.fields.find((each) => each.field === name);
      if (!field) return data ? name : ""; // while loading nothing beats a raw name
      return i18n.language === "en" ? field.label_en : field.label_zh;
    },
    [data, i18n.language],
  );
}

export type EditedOption = { value?: string; label_zh: string; label_en: string; color: string | null; position: number; active: boolean };

/** Replace one list; what is left out of use stays, inactive, so that old values keep their label. */
export function saveOptions(list: string, items: EditedOption[]): Promise<{ items: Option[] }> {
  return http.put<{ items: Option[] }>(`/api/options/${list}`, { items });
}
