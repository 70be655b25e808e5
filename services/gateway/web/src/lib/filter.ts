/** The tree of conditions that lists, saved searches and exports share, as the interface writes it. What its fields are called is not known here. */

export type FilterScalar = string | number | boolean;
export type FilterValue = FilterScalar | readonly FilterScalar[];
export type Condition = { field: string; op: string; value?: FilterValue };
export type FilterNode = { and: FilterNode[] } | { or: FilterNode[] } | { not: FilterNode } | Condition;

/** Conditions that are being built in a form: what can be asked of them so far, and whether some are unfinished. */
export type FilterDraft = { filter: FilterNode | null; unfinished: boolean };
/** The builder as a field of a form. `without` are fields that cannot be asked here; `says` puts what was built into a sentence. */
export type FilterFieldProps = { value?: FilterDraft; onChange?: (draft: FilterDraft) => void; label: string; without: readonly string[]; says: (conditions: string) => string };

/** As deep, and as many, as the interface takes. */
export const DEPTH_MAX = 5;
export const CONDITIONS_MAX = 50;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value has the shape of a tree; what its words mean the server decides. */
export function isFilterNode(value: unknown, depth = 0): value is FilterNode {
  if (!isRecord(value) || depth > 20) return false;
  const parts = value.and ?? value.or;
  if (parts !== undefined) return Array.isArray(parts) && parts.every((part) => isFilterNode(part, depth + 1));
  if (value.not !== undefined) return isFilterNode(value.not, depth + 1);
  return typeof value.field === "string" && typeof value.op === "string";
}

/** The tree in an address; null where there is none, or nothing that could be one. */
export function readFilter(text: string | undefined | null): FilterNode | null {
  if (!text) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isFilterNode(value) ? value : null;
  } catch {
    return null;
  }
}

export function writeFilter(node: FilterNode | null | undefined): string | undefined {
  return node ? JSON.stringify(node) : undefined;
}

/** All of these together; parts that ask nothing fall away. */
export function allOf(...parts: (FilterNode | null | undefined)[]): FilterNode | null {
  const asked = parts.flatMap((part) => (!part ? [] : "and" in part ? part.and : [part]));
  return asked.length > 1 ? { and: asked } : (asked[0] ?? null);
}

export function conditionsOf(node: FilterNode | null | undefined): Condition[] {
  if (!node) return [];
  if ("and" in node) return node.and.flatMap(conditionsOf);
  if ("or" in node) return node.or.flatMap(conditionsOf);
  if ("not" in node) return conditionsOf(node.not);
  return [node];
}

/** How deep groups are nested; a negated group is one group. */
export function depthOf(node: FilterNode): number {
  if ("and" in node) return 1 + Math.max(0, ...node.and.map(depthOf));
  if ("or" in node) return 1 + Math.max(0, ...node.or.map(depthOf));
  if ("not" in node) return "and" in node.not || "or" in node.not ? depthOf(node.not) : 1 + depthOf(node.not);
  return 0;
}

/** The condition that a pointer of a refusal (`/filter/and/1/value`) speaks of. */
export function conditionAt(node: FilterNode | null, pointer: string): Condition | null {
  const [root, ...steps] = pointer.split("/").filter(Boolean);
  let at: unknown = root === "filter" ? node : null;
  for (const step of steps) {
    if (isRecord(at) && typeof at.field === "string") break;
    at = Array.isArray(at) ? at[Number(step)] : isRecord(at) ? at[step] : undefined;
  }
  return isFilterNode(at) && "field" in at ? at : null;
}

export const listOf = (value: FilterValue | undefined): FilterScalar[] => (value === undefined ? [] : Array.isArray(value) ? [...(value as FilterScalar[])] : [value as FilterScalar]);
