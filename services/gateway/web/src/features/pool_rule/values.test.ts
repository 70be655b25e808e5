import { expect, test } from "vitest";
import { fitting, newRule, treeOfRule } from "@/features/pool_rule/values";

test("a new rule moves nothing before its owners were warned", () => {
  const rule = newRule();
  expect(rule.active).toBe(false);
  expect(rule.active_from).not.toBeNull();
});

test("warnings that would come before the clock began are left out", () => {
  expect(fitting({ ...newRule(), days: 3 }).warn_days).toEqual([1]);
  expect(fitting({ ...newRule(), days: 30 }).warn_days).toEqual([7, 3, 1]);
});

test("what is no tree is no condition", () => {
  const tree = { and: [{ field: "level", op: "any_of", value: ["A"] }, { not: { field: "status", op: "is", value: "won" } }] };
  expect(treeOfRule({ ...newRule(), filter: tree })).toEqual(tree);
  expect(treeOfRule(newRule())).toBeNull();
  expect(treeOfRule({ ...newRule(), filter: {} })).toBeNull();
});
