import type { QueryClient } from "@tanstack/react-query";
import { customFieldsQuery } from "@/api/custom_field";
import { fieldsQuery, optionsQuery } from "@/api/option";

/** Forms, lists and choosers read the registry anew. */
export function refreshFields(client: QueryClient): void {
  for (const { queryKey } of [customFieldsQuery, fieldsQuery, optionsQuery]) void client.invalidateQueries({ queryKey });
}
