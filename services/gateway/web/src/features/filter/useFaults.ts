/** The refusals of the server, by the rules of the builder that they speak of. */
import { useMemo } from "react";
import { conditionAt, type Condition, type FilterNode } from "@/lib/filter";
import type { QueryRule } from "@/lib/filterQuery";
import { asProblem, codeText } from "@/lib/problem";

/** `within`: where in what was sent the tree stands. */
export function useFaults(error: unknown, whole: FilterNode | null, made: Map<Condition, QueryRule>, within = ""): ReadonlyMap<string, string> {
  const errors = error ? (asProblem(error).body.errors ?? []) : [];
  const found = new Map<string, string>();
  for (const each of errors) {
    const pointer = each.pointer.startsWith(`${within}/filter`) ? each.pointer.slice(within.length) : each.pointer;
    const condition = conditionAt(whole, pointer);
    const id = condition && made.get(condition)?.id;
    if (id) found.set(id, codeText(each.code, {}, 422));
  }
  const text = JSON.stringify([...found]);
  return useMemo(() => new Map(JSON.parse(text) as [string, string][]), [text]);
}
