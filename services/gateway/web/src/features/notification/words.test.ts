import { describe, expect, it } from "vitest";
import type { Notification } from "@/api/notification";
import { byDay, detail, unreadText } from "@/features/notification/words";

const at = (occurred_at: string, details: Record<string, unknown> = {}) => ({ occurred_at, details }) as unknown as Notification;

describe("notifications", () => {
  it("are grouped by day without being put in another order", () => {
    const days = byDay([at("2026-11-25T02:00:00Z"), at("2026-11-25T01:00:00Z"), at("2026-11-24T09:00:00Z")], (time) => time.slice(0, 10));
    expect(days.map(({ day, items }) => [day, items.length])).toEqual([
      ["2026-11-25", 2],
      ["2026-11-24", 1],
    ]);
  });

  it("say how many are unread, bounded", () => {
    expect([undefined, { value: 0, exact: true }, { value: 7, exact: true }, { value: 99, exact: false }].map(unreadText)).toEqual(["", "", "7", "99+"]);
  });

  it("give their details as text", () => {
    const item = at("2026-11-25T02:00:00Z", { role: "editor", days_left: 3, rule: null });
    expect([detail(item, "role"), detail(item, "days_left"), detail(item, "rule"), detail(item, "nothing")]).toEqual(["editor", "3", "", ""]);
  });
});
