/** Quick picks for the next contact: at nine in the morning, never on a weekend. */
import { fromWall, now } from "@/lib/time";
import type { Dayjs } from "dayjs";

export const QUICK_PICKS = ["tomorrow", "inThreeDays", "nextMonday"] as const;
export type QuickPick = (typeof QUICK_PICKS)[number];

/** Saturday and Sunday move on to Monday. */
export function workday(day: Dayjs): Dayjs {
  if (day.day() === 6) return day.add(2, "day");
  return day.day() === 0 ? day.add(1, "day") : day;
}

export function quickDay(pick: QuickPick, today: Dayjs): Dayjs {
  if (pick === "tomorrow") return workday(today.add(1, "day"));
  if (pick === "inThreeDays") return workday(today.add(3, "day"));
  return today.add((8 - today.day()) % 7 || 7, "day");
}

export function quickTime(pick: QuickPick): string {
  return fromWall(`${quickDay(pick, now()).format("YYYY-MM-DD")} 09:00`);
}
