import { describe, expect, it } from "vitest";
import { nested, type Customer } from "@/api/customer";
import { baseOf, changedFields, mergedFields, resolve } from "@/features/customer/edit";

const start = { name: "重庆啤酒", phone: "023-1", level: "B", remark: null, custom: { cf_1: 5, cf_2: ["a", "b"] } } as unknown as Customer;

describe("editing a customer", () => {
  it("sends only what differs, and an emptied text as no value", () => {
    expect(changedFields(start, { name: "重庆啤酒 ", phone: "", level: "A", remark: "  " })).toEqual({ phone: null, level: "A" });
    expect(baseOf(start, { phone: null })).toEqual({ phone: "023-1" });
  });

  it("names what others changed beside it", () => {
    expect(mergedFields(start, { ...start, phone: "023-2", level: "A" } as Customer, { level: "A" })).toEqual(["phone"]);
  });

  it("treats custom fields as all others, several options as a set", () => {
    expect(changedFields(start, { cf_1: 5, cf_2: ["b", "a"], cf_3: "", cf_4: [] })).toEqual({});
    expect(changedFields(start, { cf_1: 6, cf_2: [], cf_3: "x" })).toEqual({ cf_1: 6, cf_2: null, cf_3: "x" });
    expect(baseOf(start, { cf_1: 6, cf_3: "x" })).toEqual({ cf_1: 5, cf_3: null });
    const answer = { ...start, custom: { cf_1: 5, cf_2: ["a"], cf_5: true } } as unknown as Customer;
    expect(mergedFields(start, answer, { cf_1: 5 })).toEqual(["cf_2", "cf_5"]);
    expect(nested({ name: "甲", cf_1: 6 })).toEqual({ name: "甲", custom: { cf_1: 6 } });
  });

  it("keeps mine from what stands there now, and forgets mine where theirs is taken", () => {
    const conflicts = [
      { field: "phone", mine: "1", theirs: "2", base: "0" },
      { field: "level", mine: "A", theirs: "C", base: "B" },
    ];
    const changes = { phone: "1", level: "A", name: "新名" };
    const left = resolve(changes, { phone: "0", level: "B", name: "旧名" }, conflicts, new Set(["phone"]));
    expect(left).toEqual({ changes: { phone: "1", name: "新名" }, base: { phone: "2", name: "旧名" } });
  });
});
