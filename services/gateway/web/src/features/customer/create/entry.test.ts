import { describe, expect, it } from "vitest";
import { emptyEntry, isDirty, nextEntry, toRequest } from "@/features/customer/create/entry";

const me = { member_id: "me", name: "我" };

describe("an entry of the create form", () => {
  it("sends only what was filled in, trimmed, and leaves me as the owner unsaid", () => {
    const entry = { ...emptyEntry(me), name: " 阿里巴巴 ", phone: " 0571-85022088 ", source: "website" };
    expect(toRequest(entry, me)).toEqual({ name: "阿里巴巴", phone: "0571-85022088", source: "website", status: "new", visibility: "public" });
  });

  it("says null for an unassigned customer and the id of another owner", () => {
    expect(toRequest({ ...emptyEntry(me), name: "a", owner: null }, me).owner_id).toBeNull();
    expect(toRequest({ ...emptyEntry(me), name: "a", owner: { member_id: "li", name: "李" } }, me).owner_id).toBe("li");
  });

  it("keeps source, region, owner and visibility for the next one, and nothing of the last customer", () => {
    const entry = { ...emptyEntry(me), name: "甲", phone: "1", source: "exhibition", province: "浙江", city: "杭州", owner: null, visibility: "private" as const, level: "A" };
    const next = nextEntry(entry, me);
    expect(next).toMatchObject({ name: "", phone: "", source: "exhibition", province: "浙江", city: "杭州", owner: null, visibility: "private", level: null });
  });

  it("is worth a question before it is thrown away only when something was typed", () => {
    expect(isDirty(emptyEntry(me))).toBe(false);
    expect(isDirty({ ...emptyEntry(me), phone: "1" })).toBe(true);
  });
});
