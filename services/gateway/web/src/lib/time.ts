/** Times as people read them, in the organisation's zone. */
import dayjs, { type Dayjs } from "dayjs";
import relativeTime from "dayjs/plugin/relativeTime";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";

dayjs.extend(utc);
dayjs.extend(timezone);
dayjs.extend(relativeTime);

let zone = "Asia/Shanghai";

/** Set the organisation's zone once the session is known. */
export function setZone(name: string): void {
  zone = name;
}

/** The moment, in the organisation's zone. */
export function inZone(time: string | number | Date): Dayjs {
  return dayjs(time).tz(zone);
}

export function now(): Dayjs {
  return dayjs().tz(zone);
}

/** "2026-11-23 14:05" in the organisation's zone. */
export function formatTime(time: string | null | undefined): string {
  return time ? inZone(time).format("YYYY-MM-DD HH:mm") : "—";
}

export function formatDay(time: string | null | undefined): string {
  return time ? inZone(time).format("YYYY-MM-DD") : "—";
}

/** "3 hours ago" for the near past and future, the day for the rest. */
export function relativeText(time: string): string {
  const moment = inZone(time);
  const days = Math.abs(moment.diff(now(), "day"));
  if (days < 7) return moment.locale(dayjs.locale()).fromNow();
  return moment.year() === now().year() ? moment.format("MM-DD") : moment.format("YYYY-MM-DD");
}

/** Days from today (negative: past), by the organisation's calendar. */
export function daysFromToday(time: string): number {
  return inZone(time).startOf("day").diff(now().startOf("day"), "day");
}

/** The moment when clocks in the organisation's zone show this ("2026-11-24 09:00"), as the interface takes it. */
export function fromWall(text: string): string {
  return dayjs.tz(text, zone).toISOString();
}

/** The moment as a calendar of this browser shows it: the same digits as in the organisation's zone. */
export function wallOf(time: string): Dayjs {
  return dayjs(inZone(time).format("YYYY-MM-DDTHH:mm:ss"));
}
