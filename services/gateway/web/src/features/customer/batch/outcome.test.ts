import { describe, expect, it } from "vitest";
import type { Batch } from "@/api/customer";
import { joinBatches, portions, skippedByReason } from "@/features/customer/batch/outcome";

const batch: Batch = {
  batch_id: "b",
  state: "done",
  done: 1,
  skipped: 3,
  results: [
    { customer_id: "1", done: true },
    { customer_id: "2", done: false, code: "not_owner" },
    { customer_id: "3", done: false, code: "already_claimed" },
    { customer_id: "4", done: false, code: "not_owner" },
  ],
};

describe("outcome of a batch", () => {
  it("groups what was skipped by its reason, the commonest first", () => {
    const groups = skippedByReason(batch, (id) => `customer ${id}`);
    expect(groups.map((group) => [group.code, group.customers.length])).toEqual([
      ["not_owner", 2],
      ["already_claimed", 1],
    ]);
    expect(groups[0]?.customers[0]?.name).toBe("customer 2");
  });

  it("asks for named customers in portions, and for all that match at once", () => {
    expect(portions({ customer_ids: ["1", "2", "3"] }, 2)).toEqual([{ customer_ids: ["1", "2"] }, { customer_ids: ["3"] }]);
    expect(portions({ selection: { view: "mine" } }, 2)).toEqual([{ selection: { view: "mine" } }]);
  });

  it("adds up several requests", () => {
    expect(joinBatches([batch, batch])).toMatchObject({ done: 2, skipped: 6 });
  });
});
