import { describe, expect, it } from "vitest";
import { conditionAt, conditionsOf, depthOf, type Condition, type FilterNode } from "@/lib/filter";
import { changeRule, completeIn, EMPTY_QUERY, toFilter, toQuery, type QueryGroup, type QueryRule } from "@/lib/filterQuery";

const always = () => true;
const condition = (field: string): Condition => ({ field, op: "is", value: field });

/** Whether a customer of these truths fits: by the meaning of and, or, not. */
function holds(node: FilterNode, truths: Record<string, boolean>): boolean {
  if ("and" in node) return node.and.every((part) => holds(part, truths));
  if ("or" in node) return node.or.some((part) => holds(part, truths));
  if ("not" in node) return !holds(node.not, truths);
  return truths[node.field] ?? false;
}

/** Trees from a seed: the same on every run. */
function treeOf(random: () => number, depth: number): FilterNode {
  const kind = depth === 0 ? 3 : Math.floor(random() * 4);
  const parts = () => Array.from({ length: 1 + Math.floor(random() * 3) }, () => treeOf(random, depth - 1));
  if (kind === 0) return { and: parts() };
  if (kind === 1) return { or: parts() };
  if (kind === 2) return { not: treeOf(random, depth - 1) };
  return condition("abc"[Math.floor(random() * 3)] ?? "a");
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const TRUTHS = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => ({ a: Boolean(bits & 1), b: Boolean(bits & 2), c: Boolean(bits & 4) }));

describe("a tree in the builder", () => {
  it("means the same when it comes back", () => {
    for (let seed = 1; seed <= 400; seed += 1) {
      const tree = treeOf(seeded(seed), 4);
      const back = toFilter(toQuery(tree), always);
      expect(back).not.toBeNull();
      if (!back) return;
      for (const truths of TRUTHS) expect(holds(back, truths), JSON.stringify({ seed, tree, back, truths })).toBe(holds(tree, truths));
      expect(depthOf(back)).toBeLessThanOrEqual(depthOf(tree));
      expect(conditionsOf(back)).toEqual(conditionsOf(tree));
    }
  });

  it("keeps its form where nothing can be left out", () => {
    const tree: FilterNode = { or: [condition("a"), { and: [condition("b"), { not: condition("c") }] }, { not: { or: [condition("a"), condition("b")] } }] };
    expect(toFilter(toQuery(tree), always)).toEqual(tree);
  });

  it("asks nothing when it is empty", () => {
    expect(toQuery(null)).toBe(EMPTY_QUERY);
    expect(toFilter({ combinator: "and", not: true, rules: [{ combinator: "or", rules: [] }] }, always)).toBeNull();
  });

  it("leaves out what is not finished, but never a field that is gone", () => {
    const can = completeIn((field) => ({ a: "text", n: "number" })[field]);
    const query: QueryGroup = {
      combinator: "and",
      rules: [
        { field: "", operator: "", value: undefined },
        { field: "a", operator: "contains", value: undefined },
        { field: "a", operator: "is_empty", value: undefined },
        { field: "n", operator: "between", value: [1] },
        { field: "gone", operator: "is", value: "x" },
      ],
    };
    expect(toFilter(query, can)).toEqual({ and: [{ field: "a", op: "is_empty" }, { field: "gone", op: "is", value: "x" }] });
  });

  it("changes one rule and leaves the others as they are", () => {
    const query = toQuery({ and: [condition("a"), { or: [condition("b"), condition("c")] }] });
    const next = changeRule(query, [1, 0], { value: "new" });
    expect(toFilter(next, always)).toEqual({ and: [condition("a"), { or: [{ ...condition("b"), value: "new" }, condition("c")] }] });
    expect(next.rules[0]).toBe(query.rules[0]);
  });

  it("finds the rule that a refusal points at", () => {
    const query: QueryGroup = { combinator: "and", rules: [{ id: "one", ...ruleOf("a") }, { combinator: "or", not: true, rules: [{ id: "two", ...ruleOf("b") }, { id: "three", ...ruleOf("c") }] }] };
    const made = new Map<Condition, QueryRule>();
    const tree = toFilter(query, always, made);
    const at = (pointer: string) => {
      const found = conditionAt(tree, pointer);
      return found && made.get(found)?.id;
    };
    expect([at("/filter/and/0/value"), at("/filter/and/1/not/or/1/value/3"), at("/filter/and/9"), at("/sort")]).toEqual(["one", "three", null, null]);
  });
});

const ruleOf = (field: string): QueryRule => ({ field, operator: "is", value: field });
