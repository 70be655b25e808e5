import { describe, expect, it } from "vitest";
import type { Export } from "@/api/export";
import { overall, percentOf, secondsLeft, sizeText } from "@/features/export/progress";

const job = (part: Partial<Export>) => ({ state: "running", rows_done: 0, rows_total: null, started_at: null, ...part }) as Export;

describe("progress of exports", () => {
  it("never says done before it is", () => {
    expect(percentOf(job({ rows_done: 100, rows_total: 100 }))).toBe(99);
    expect(percentOf(job({ state: "done", rows_total: 0 }))).toBe(100);
    expect(percentOf(job({}))).toBeNull();
  });

  it("counts all by rows", () => {
    expect(overall([job({ rows_done: 50, rows_total: 100 }), job({ rows_done: 0, rows_total: 900 }), job({})])).toBe(5);
    expect(overall([])).toBe(0);
  });

  it("guesses what is left only from a pace", () => {
    const started_at = "2026-11-23T00:00:00Z";
    expect(secondsLeft(job({ started_at, rows_done: 500, rows_total: 1000 }), Date.parse("2026-11-23T00:00:10Z"))).toBe(10);
    expect(secondsLeft(job({ started_at, rows_done: 0, rows_total: 1000 }), Date.parse("2026-11-23T00:00:10Z"))).toBeNull();
  });

  it("names sizes", () => {
    expect([sizeText(null), sizeText(10), sizeText(52_000), sizeText(2_480_000)]).toEqual(["", "1 kB", "51 kB", "2.4 MB"]);
  });
});
