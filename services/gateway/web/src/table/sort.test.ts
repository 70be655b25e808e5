import { describe, expect, it } from "vitest";
import { nextSort, readSort, writeSort } from "@/table/sort";

describe("order of a list", () => {
  it("starts in the field's natural direction, turns, and is cleared by the third click", () => {
    const first = nextSort(null, "created_at", "desc");
    expect(first).toEqual({ field: "created_at", direction: "desc" });
    const second = nextSort(first, "created_at", "desc");
    expect(second).toEqual({ field: "created_at", direction: "asc" });
    expect(nextSort(second, "created_at", "desc")).toBeNull();
  });

  it("starts anew on another column", () => {
    expect(nextSort({ field: "name", direction: "desc" }, "level", "asc")).toEqual({ field: "level", direction: "asc" });
  });

  it("reads what it writes, and fills in the natural direction", () => {
    const natural = () => "desc" as const;
    expect(writeSort(readSort("name:asc", natural))).toBe("name:asc");
    expect(readSort("created_at", natural)).toEqual({ field: "created_at", direction: "desc" });
    expect(readSort(undefined, natural)).toBeNull();
  });
});
