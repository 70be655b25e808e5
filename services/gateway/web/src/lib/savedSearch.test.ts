import { describe, expect, it } from "vitest";
import { effectiveFilter, filterParameter, readListSearch } from "@/lib/listSearch";
import { addressOf, contentOf, isChanged } from "@/lib/savedSearch";

const filter = { and: [{ field: "level", op: "any_of", value: ["A"] }, { field: "name", op: "contains", value: "科技" }] };
const saved = { saved_search_id: "s1", view: "all" as const, q: null, filter, sort: "name:asc", columns: ["name", "status"] };

describe("a saved search and its address", () => {
  it("say the same", () => {
    const address = readListSearch(addressOf(saved));
    expect(address.saved).toBe("s1");
    expect(contentOf(address)).toEqual({ view: "all", q: null, filter, sort: "name:asc" });
    expect(isChanged(saved, address, ["name", "status"])).toBe(false);
  });

  it("say the same whatever the order of the words that the server gives back", () => {
    const turned = { and: [{ op: "any_of", field: "level", value: ["A"] }, { op: "contains", value: "科技", field: "name" }] };
    expect(isChanged({ ...saved, filter: turned }, addressOf(saved), null)).toBe(false);
  });

  it("differ by each thing that changes", () => {
    const address = addressOf(saved);
    for (const change of [{ view: "mine" as const }, { q: "x" }, { sort: undefined }, { filter: undefined }, { status: "new" }, { followed: "last_days:7" }]) expect(isChanged(saved, { ...address, ...change }, null), JSON.stringify(change)).toBe(true);
    expect(isChanged(saved, address, ["name"])).toBe(true);
    expect(isChanged({ ...saved, columns: null }, address, ["name"])).toBe(false);
  });
});

describe("quick filters", () => {
  it("become conditions when they are saved", () => {
    const search = readListSearch({ view: "all", status: "new,won", owner_id: "m1", followed: "more_than_days_ago:14", filter: JSON.stringify(filter) });
    expect(effectiveFilter(search)).toEqual({
      and: [...filter.and, { not: { field: "last_follow_up_at", op: "last_days", value: 14 } }, { field: "status", op: "any_of", value: ["new", "won"] }, { field: "owner", op: "any_of", value: ["m1"] }],
    });
  });

  it("that the list has no parameter for are asked inside the filter", () => {
    expect(JSON.parse(filterParameter(readListSearch({ followed: "is_empty" })) ?? "")).toEqual({ field: "last_follow_up_at", op: "is_empty" });
    expect(JSON.parse(filterParameter(readListSearch({ followed: "relative:this_week" })) ?? "")).toEqual({ field: "last_follow_up_at", op: "relative", value: "this_week" });
    expect(filterParameter(readListSearch({ followed: "drop table" }))).toBeUndefined();
  });

  it("leave a filter that is no tree to the server, which refuses it", () => {
    expect(filterParameter(readListSearch({ filter: "{broken" }))).toBe("{broken");
  });
});
