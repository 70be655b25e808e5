/** Conditions in words, in the user's language: labels of fields and options, names of members and tags. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useMemberName } from "@/api/member_name";
import { fieldsQuery, useOptions, type Field } from "@/api/option";
import { savedSearchesQuery } from "@/api/saved_search";
import { useTagsById } from "@/api/tag";
import { conditionsOf, listOf, type FilterNode } from "@/lib/filter";
import type { FilterWords } from "@/lib/filterText";
import { http } from "@/lib/http";

/** Fields that can stand in a condition. */
export function useFilterFields(): { fields: Field[]; find: (field: string) => Field | undefined; ready: boolean } {
  const { data } = useQuery(fieldsQuery);
  return useMemo(() => {
    const fields = (data?.fields ?? []).filter((field) => field.filterable);
    const byName = new Map(fields.map((field) => [field.field, field]));
    return { fields, find: (field: string) => byName.get(field), ready: data !== undefined };
  }, [data]);
}

/** Pools by their names: a condition tells them by their ids. */
export const filterPoolsQuery = queryOptions({ queryKey: ["pools", "names"] as const, queryFn: async ({ signal }) => (await http.get<{ items: { pool_id: string; name: string }[] }>("/api/pools", undefined, signal)).items, staleTime: 60_000 });

/** The names that saved searches bring along for the ids they mention. */
function useSavedNames(enabled: boolean): Record<string, string> {
  const { data } = useQuery({ ...savedSearchesQuery, enabled });
  return useMemo(() => Object.assign({}, ...(data ?? []).map((search) => search.names)) as Record<string, string>, [data]);
}

/** The words for the conditions of these trees. */
export function useFilterWords(...nodes: (FilterNode | null)[]): FilterWords {
  const { t, i18n } = useTranslation();
  const { find } = useFilterFields();
  const { find: findOption, known } = useOptions();
  const english = i18n.language === "en";
  const memberName = useMemberName();
  const tagIds = nodes.flatMap((node) => conditionsOf(node).flatMap((condition) => (find(condition.field)?.type === "tags" ? listOf(condition.value).map(String) : [])));
  const tagOf = useTagsById(tagIds);
  const asksPools = nodes.some((node) => conditionsOf(node).some((condition) => condition.field === "pool"));
  const pools = useQuery({ ...filterPoolsQuery, enabled: asksPools }).data;
  const brought = useSavedNames(tagIds.length > 0 || asksPools);
  return useMemo(() => {
    const say: FilterWords["say"] = (key, values) => t(`filter.${key}`, values ?? {});
    return {
      say,
      field: (name) => {
        const field = find(name);
        return field ? { label: english ? field.label_en : field.label_zh, type: field.type } : null;
      },
      value: (name, value) => {
        const field = find(name);
        if (value === "me" || value === "my_department") return say(value);
        if (field?.type === "tags") {
          const tag = tagOf(String(value));
          if (tag) return tag.archived ? t("tag.archivedName", { name: tag.name }) : tag.name;
          return brought[String(value)] ?? (tag === null ? say("goneValue") : "…");
        }
        if (name === "pool") return pools?.find((pool) => pool.pool_id === value)?.name ?? brought[String(value)] ?? (pools ? say("goneValue") : "…");
        if (isMember(field)) return memberName(String(value));
        if (field?.list) return known(field.list, String(value)) ? (findOption(field.list, String(value))?.label ?? String(value)) : say("goneValue");
        if (name === "visibility") return t(value === "private" ? "detail.private" : "detail.public");
        if (name === "state") return t(`detail.state.${String(value)}`);
        return String(value);
      },
    };
  }, [t, find, english, memberName, findOption, known, tagOf, pools, brought]);
}

const isMember = (field: Field | undefined): boolean => field?.type === "member" || field?.type === "members";
