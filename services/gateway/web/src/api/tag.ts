/** Tags: all of them with their groups, managing them, what the member has pinned, setting them on customers. */
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { Batch, Chosen, Customer } from "@/api/customer";
import type { Schema } from "@/api/schema";
import { http } from "@/lib/http";
import type { TagSource } from "@/lib/tag";

export type Tag = Schema<"Tag">;
export type TagRef = Schema<"TagRef">;
export type TagGroup = Schema<"TagGroup">;
export type TagList = Schema<"TagList">;

export const tagKeys = { all: ["tags"] as const, used: ["tags", "used"] as const, archived: ["tags", "archived"] as const };

export const tagsQuery = queryOptions({ queryKey: ["tags", "list"] as const, queryFn: ({ signal }) => http.get<TagList>("/api/tags", undefined, signal), staleTime: 60_000 });
export const usedTagsQuery = queryOptions({ queryKey: tagKeys.used, queryFn: ({ signal }) => http.get<TagList>("/api/tags", { usage: "true" }, signal) });
export const archivedTagsQuery = queryOptions({ queryKey: tagKeys.archived, queryFn: ({ signal }) => http.get<TagList>("/api/tags", { archived: "true", usage: "true" }, signal) });
export const pinnedTagsQuery = queryOptions({ queryKey: ["tags", "pinned"] as const, queryFn: ({ signal }) => http.get<{ items: TagRef[] }>("/api/pinned_tags", undefined, signal), staleTime: 60_000 });

const archivedNamesQuery = queryOptions({ queryKey: ["tags", "archived_names"] as const, queryFn: ({ signal }) => http.get<TagList>("/api/tags", { archived: "true" }, signal), staleTime: 60_000 });

/**
 * The tags behind these ids, archived ones too (those are asked for only where an id is none of a tag in use): null for one that is gone,
 * undefined while nobody knows.
 */
export function useTagsById(ids: readonly string[]): (tagId: string) => (Tag & { archived: boolean }) | null | undefined {
  const used = useQuery({ ...tagsQuery, enabled: ids.length > 0 }).data?.items;
  const missing = used !== undefined && ids.some((id) => !used.some((tag) => tag.tag_id === id));
  const archived = useQuery({ ...archivedNamesQuery, enabled: missing }).data?.items;
  return useCallback(
    (tagId) => {
      const tag = used?.find((each) => each.tag_id === tagId) ?? archived?.find((each) => each.tag_id === tagId);
      if (tag) return { ...tag, archived: tag.archived_at !== null };
      return used && archived ? null : undefined;
    },
    [used, archived],
  );
}

/** Tags in use with their groups. */
export function useTags() {
  const { data } = useQuery(tagsQuery);
  return { list: data, items: data?.items ?? [], groups: data?.groups ?? [] };
}

/** The same as pickers need them. */
export function useTagSource(): TagSource {
  const { data } = useQuery(tagsQuery);
  const client = useQueryClient();
  return useMemo(() => {
    const groups = new Map((data?.groups ?? []).map((group) => [group.tag_group_id, group]));
    return {
      items: data?.items ?? [],
      single: new Set([...groups.values()].filter((group) => group.single).map((group) => group.tag_group_id)),
      groupName: (tag) => (tag.tag_group_id ? (groups.get(tag.tag_group_id)?.name ?? "") : ""),
      loaded: data !== undefined,
      mayCreate: data?.may_create ?? false,
      create: async (name) => {
        const tag = await createTag({ name });
        await client.invalidateQueries({ queryKey: tagKeys.all });
        return tag;
      },
    };
  }, [data, client]);
}

export const createTag = (tag: { name: string; color?: string; tag_group_id?: string | null }): Promise<Tag> => http.post<Tag>("/api/tags", tag);
export const editTag = (tagId: string, change: Partial<Pick<Tag, "name" | "color" | "tag_group_id">> & { archived?: boolean }): Promise<Tag> => http.patch<Tag>(`/api/tags/${tagId}`, change);
export const orderTags = (tagIds: string[]): Promise<void> => http.put("/api/tags/order", { tag_ids: tagIds });
export const mergeTag = (tagId: string, into: string): Promise<Schema<"Merged">> => http.post<Schema<"Merged">>(`/api/tags/${tagId}/merge`, { into });
export const pinTags = (tagIds: string[]): Promise<{ items: TagRef[] }> => http.put<{ items: TagRef[] }>("/api/pinned_tags", { tag_ids: tagIds });

export const createTagGroup = (name: string, single: boolean): Promise<TagGroup> => http.post<TagGroup>("/api/tag_groups", { name, single });
export const editTagGroup = (tagGroupId: string, change: { name?: string; single?: boolean }): Promise<TagGroup> => http.patch<TagGroup>(`/api/tag_groups/${tagGroupId}`, change);
export const deleteTagGroup = (tagGroupId: string): Promise<void> => http.delete(`/api/tag_groups/${tagGroupId}`);

/** Set a tag on one customer, or take it away. */
export function setTag(customerId: string, tagId: string, on: boolean): Promise<Customer> {
  const path = `/api/customers/${customerId}/tags/${tagId}`;
  return on ? http.put<Customer>(path) : http.delete<Customer>(path);
}

export function tagCustomers(chosen: Chosen, tagIds: string[], on: boolean): Promise<Batch> {
  return http.post<Batch>(`/api/customers/${on ? "tag" : "untag"}`, { ...chosen, tag_ids: tagIds });
}
