import { expect, test } from "vitest";
import { filterOf, fitting, newRule, simpleOf } from "@/features/pool_rule/values";

test("a new rule moves nothing before its owners were warned", () => {
  const rule = newRule();
  expect(rule.active).toBe(false);
  expect(rule.active_from).not.toBeNull();
});

test("warnings that would come before the clock began are left out", () => {
  expect(fitting({ ...newRule(), days: 3 }).warn_days).toEqual([1]);
  expect(fitting({ ...newRule(), days: 30 }).warn_days).toEqual([7, 3, 1]);
});

test("levels and excepted statuses are conditions, and read back as such", () => {
  const simple = { levels: ["B", "C"], exceptStatuses: ["won"] };
  expect(simpleOf(filterOf(simple))).toEqual(simple);
  expect(filterOf({ levels: [], exceptStatuses: [] })).toBeNull();
  expect(simpleOf(null)).toEqual({ levels: [], exceptStatuses: [] });
});

test("conditions that say more are not taken for simple ones", () => {
  expect(simpleOf({ or: [] })).toBeNull();
  expect(simpleOf({ field: "province", op: "is", value: "zj" })).toBeNull();
  expect(simpleOf({ and: [{ not: { field: "level", op: "any_of", value: ["A"] } }] })).toBeNull();
});
