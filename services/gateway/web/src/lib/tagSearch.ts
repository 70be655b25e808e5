/** The list of the customers with some tags, as an address. */
import type { ListSearch } from "@/lib/listSearch";

export type TagMode = "any_of" | "all_of";
export type TagCondition = { field: "tags"; op: TagMode; value: string[] };

export const tagCondition = (tagIds: readonly string[], op: TagMode = "any_of"): TagCondition => ({ field: "tags", op, value: [...tagIds] });

export function tagSearch(tagIds: readonly string[], op: TagMode = "any_of"): ListSearch {
  const filter = JSON.stringify(tagCondition(tagIds, op));
  return { view: "all", filter };
}

/** The tags that a filter asks for, where it asks for nothing else. */
export function readTagFilter(filter: string | undefined): TagCondition | null {
  if (!filter) return null;
  try {
    const tree = JSON.parse(filter) as Partial<TagCondition>;
    const ids = tree.field === "tags" && (tree.op === "any_of" || tree.op === "all_of") && Array.isArray(tree.value) ? tree.value.filter((id) => typeof id === "string") : [];
    return ids.length > 0 ? tagCondition(ids, tree.op) : null;
  } catch {
    return null;
  }
}
