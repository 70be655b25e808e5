import { describe, expect, it } from "vitest";
import type { Customer } from "@/api/customer";
import { baseOf, changedFields, mergedFields, resolve } from "@/features/customer/edit";

const start = { name: "重庆啤酒", phone: "023-1", level: "B", remark: null } as unknown as Customer;

describe("editing a customer", () => {
  it("sends only what differs, and an emptied text as no value", () => {
    expect(changedFields(start, { name: "重庆啤酒 ", phone: "", level: "A", remark: "  " })).toEqual({ phone: null, level: "A" });
    expect(baseOf(start, { phone: null })).toEqual({ phone: "023-1" });
  });

  it("names what others changed beside it", () => {
    expect(mergedFields(start, { ...start, phone: "023-2", level: "A" } as Customer, { level: "A" })).toEqual(["phone"]);
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
