/** Custom fields: what an admin adds to a customer's fields. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { fieldsQuery, type Field } from "@/api/option";
import type { Schema } from "@/api/schema";
import { http } from "@/lib/http";

export type CustomField = Schema<"CustomField">;
export type CustomType = CustomField["type"];
export type NewField = Schema<"CreateField">;

export const customFieldsQuery = queryOptions({
  queryKey: ["custom_fields"],
  queryFn: ({ signal }) => http.get<{ items: CustomField[] }>("/api/custom_fields", undefined, signal),
  staleTime: 5 * 60_000,
});

export function createField(field: Pick<NewField, "type" | "label_zh"> & Partial<NewField>, idempotencyKey: string): Promise<CustomField> {
  return http.post<CustomField>("/api/custom_fields", field, { idempotencyKey });
}

export function editField(key: string, changes: Partial<Pick<CustomField, "label_zh" | "label_en" | "active">>): Promise<CustomField> {
  return http.patch<CustomField>(`/api/custom_fields/${key}`, changes);
}

export function orderFields(keys: string[]): Promise<{ items: CustomField[] }> {
  return http.put<{ items: CustomField[] }>("/api/custom_fields/order", { keys });
}

/** The custom fields in use, in their order. */
export function useCustomFields(): Field[] {
  const { data } = useQuery(fieldsQuery);
  return useMemo(() => (data?.fields ?? []).filter((field) => field.custom), [data]);
}

/** What a custom field is called in the user's language. */
export function useCustomLabel(): (field: Pick<Field, "label_zh" | "label_en">) => string {
  const english = useTranslation().i18n.language === "en";
  return useCallback((field) => (english ? field.label_en : field.label_zh), [english]);
}
