/** Conditions in words, in the user's language: labels of fields and options, names of members and tags. */
import { queryOptions, useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { fieldsQuery, useOptions, type Field } from "@/api/option";
import { savedSearchesQuery } from "@/api/saved_search";
import { tagsQuery } from "@/api/tag";
import { conditionsOf, listOf, type FilterNode } from "@/lib/filter";
import type { FilterWords } from "@/lib/filterText";
import { http } from "@/lib/http";

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const HOUR = 60 * 60_000;

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

/** The names behind the ids of members. Saved searches bring theirs along; others are asked for one by one, and remembered. */
export function useMemberNames(ids: readonly string[]): (id: string) => string {
  const brought = useSavedNames(ids.length > 0);
  const unknown = [...new Set(ids)].filter((id) => ID.test(id) && !brought[id]);
  const asked = useQueries({
    queries: unknown.map((id) => ({ queryKey: ["members", "name", id], queryFn: ({ signal }: { signal: AbortSignal }) => http.get<{ member_id: string; name: string }>(`/api/members/${id}`, undefined, signal), staleTime: HOUR, retry: false })),
    combine: (results) => Object.fromEntries(results.flatMap(({ data }) => (data ? [[data.member_id, data.name]] : []))) as Record<string, string>,
  });
  return useCallback((id) => brought[id] ?? asked[id] ?? "…", [brought, asked]);
}

/** The words for the conditions of these trees. */
export function useFilterWords(...nodes: (FilterNode | null)[]): FilterWords {
  const { t, i18n } = useTranslation();
  const { find } = useFilterFields();
  const { find: findOption, known } = useOptions();
  const english = i18n.language === "en";
  const memberIds = nodes.flatMap((node) => conditionsOf(node)).flatMap((condition) => (isMember(find(condition.field)) ? listOf(condition.value).map(String) : []));
  const memberName = useMemberNames(memberIds);
  const asksTags = nodes.some((node) => conditionsOf(node).some((condition) => find(condition.field)?.type === "tags"));
  const tags = useQuery({ ...tagsQuery, enabled: asksTags }).data?.items;
  const asksPools = nodes.some((node) => conditionsOf(node).some((condition) => condition.field === "pool"));
  const pools = useQuery({ ...filterPoolsQuery, enabled: asksPools }).data;
  const brought = useSavedNames(asksTags || asksPools);
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
        if (field?.type === "tags") return tags?.find((tag) => tag.tag_id === value)?.name ?? brought[String(value)] ?? (tags ? say("goneValue") : "…");
        if (name === "pool") return pools?.find((pool) => pool.pool_id === value)?.name ?? brought[String(value)] ?? (pools ? say("goneValue") : "…");
        if (isMember(field)) return memberName(String(value));
        if (field?.list) return known(field.list, String(value)) ? (findOption(field.list, String(value))?.label ?? String(value)) : say("goneValue");
        if (name === "visibility") return t(value === "private" ? "detail.private" : "detail.public");
        if (name === "state") return t(`detail.state.${String(value)}`);
        return String(value);
      },
    };
  }, [t, find, english, memberName, findOption, known, tags, pools, brought]);
}

const isMember = (field: Field | undefined): boolean => field?.type === "member" || field?.type === "members";
