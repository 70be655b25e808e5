import { describe, expect, it } from "vitest";
import { extend, leftList, NOTHING, toggle, toggleAll, without } from "@/table/selection";

const shown = ["a", "b", "c", "d"];

describe("chosen rows", () => {
  it("are kept while more rows are loaded", () => {
    const one = toggle(NOTHING, "a");
    const more = toggle(one, "z");
    expect([...more.ids]).toEqual(["a", "z"]);
  });

  it("grow by a range from the row chosen last, both ways", () => {
    expect([...extend(toggle(NOTHING, "b"), "d", shown).ids].sort()).toEqual(["b", "c", "d"]);
    expect([...extend(toggle(NOTHING, "c"), "a", shown).ids].sort()).toEqual(["a", "b", "c"]);
  });

  it("begin with one row when no range can be made", () => {
    expect([...extend(NOTHING, "c", shown).ids]).toEqual(["c"]);
  });

  it("are all taken and all dropped by the header, without touching those out of sight", () => {
    const all = toggleAll(toggle(NOTHING, "z"), shown);
    expect(all.ids.size).toBe(5);
    expect([...toggleAll(all, shown).ids]).toEqual(["z"]);
  });

  it("leave with the rows that left the list", () => {
    expect(leftList(shown, ["a", "d", "f", "g"])).toEqual(["b", "c"]); // f and g came up from below
    expect(leftList(shown, ["x", "a", "c"])).toEqual(["b"]); // x may have pushed d over the end
    expect(leftList(shown, ["f"])).toEqual([...shown]);
    const state = toggle(toggle(NOTHING, "b"), "z");
    expect([...without(state, ["b", "e"]).ids]).toEqual(["z"]);
    expect(without(state, ["e"])).toBe(state);
  });
});
