import dayjs from "dayjs";
import { describe, expect, it } from "vitest";
import { quickDay } from "@/lib/nextContact";

const on = (day: string, pick: Parameters<typeof quickDay>[0]) => quickDay(pick, dayjs(day)).format("YYYY-MM-DD");

describe("quick picks for the next contact", () => {
  it("never fall on a weekend", () => {
    expect(on("2026-11-23", "tomorrow")).toBe("2026-11-24");
    expect(on("2026-11-27", "tomorrow")).toBe("2026-11-30");
    expect(on("2026-11-26", "inThreeDays")).toBe("2026-11-30");
  });

  it("mean the Monday that comes, also on a Monday and a Sunday", () => {
    expect(on("2026-11-23", "nextMonday")).toBe("2026-11-30");
    expect(on("2026-11-29", "nextMonday")).toBe("2026-11-30");
    expect(on("2026-11-25", "nextMonday")).toBe("2026-11-30");
  });
});
