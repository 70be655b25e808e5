import { describe, expect, it } from "vitest";
import { isNarrowed, joinList, readListSearch, splitList } from "@/lib/listSearch";

describe("the list's address", () => {
  it("falls back to my customers when the view is unknown", () => {
    expect(readListSearch({ view: "nonsense" }).view).toBe("mine");
  });

  it("keeps search, order, chips and the open customer", () => {
    const read = readListSearch({ view: "pool", q: "阿里", sort: "name:asc", status: "new,won", open: "01" });
    expect(read).toMatchObject({ view: "pool", q: "阿里", sort: "name:asc", status: "new,won", open: "01" });
  });

  it("leaves out an order that is none", () => {
    expect(readListSearch({ sort: "name;drop" }).sort).toBeUndefined();
    expect(readListSearch({ sort: "name:up" }).sort).toBeUndefined();
  });

  it("takes blank values for none", () => {
    expect(isNarrowed(readListSearch({ view: "all", q: "  ", status: "" }))).toBe(false);
    expect(isNarrowed(readListSearch({ view: "all", level: "A" }))).toBe(true);
  });

  it("splits and joins comma lists without loss", () => {
    expect(splitList(joinList(["a", "b"]))).toEqual(["a", "b"]);
    expect(joinList([])).toBeUndefined();
    expect(splitList(undefined)).toEqual([]);
  });
});
