import { describe, expect, it } from "vitest";
import type { TimelineEntry } from "@/api/timeline";
import { byDay, payloadText, sentenceKey } from "@/features/timeline/entry";

const entry = (id: string, time: string, payload = {}) => ({ event_id: id, occurred_at: time, payload }) as unknown as TimelineEntry;

describe("timeline entries", () => {
  it("stand under their day, in the order they came", () => {
    const days = byDay([entry("3", "2026-11-23T09"), entry("2", "2026-11-23T08"), entry("1", "2026-11-20T08")], (time) => time.slice(0, 10));
    expect(days.map(({ day, entries }) => [day, entries.map((each) => each.event_id)])).toEqual([
      ["2026-11-23", ["3", "2"]],
      ["2026-11-20", ["1"]],
    ]);
  });

  it("have a sentence even when this version does not know their type", () => {
    expect(sentenceKey("customer.claimed")).toBe("timeline.type.customer_claimed");
    expect(sentenceKey("customer.sung_about")).toBe("timeline.type.other");
  });

  it("read only texts from a payload", () => {
    expect(payloadText(entry("1", "", { note: "好", rows: 3 }), "note")).toBe("好");
    expect(payloadText(entry("1", "", { note: "好", rows: 3 }), "rows")).toBe("");
  });
});
