/** How notifications are drawn and grouped. No requests here. */
import { ArrowLeftRight, Ban, Bell, CheckCheck, Hand, Hourglass, KeyRound, Recycle, Undo2, UserMinus, UserPlus, UserRoundCheck, UserRoundCog, Waves, type LucideIcon } from "lucide-react";
import type { Notification } from "@/api/notification";

const ICONS: Record<string, LucideIcon> = {
  assigned: UserRoundCheck,
  handed_over: ArrowLeftRight,
  claimed: Hand,
  returned: Waves,
  recycled: Recycle,
  recycle_warned: Hourglass,
  participant_added: UserPlus,
  participant_changed: UserRoundCog,
  participant_removed: UserMinus,
  access_requested: KeyRound,
  access_granted: CheckCheck,
  access_declined: Ban,
  given_back: Undo2,
  taken_back: Undo2,
};

export function notificationIcon(kind: string): LucideIcon {
  return ICONS[kind] ?? Bell;
}

export type Day = { day: string; items: Notification[] };

/** By calendar day, in the order they came. */
export function byDay(items: readonly Notification[], dayOf: (time: string) => string): Day[] {
  const days: Day[] = [];
  for (const item of items) {
    const day = dayOf(item.occurred_at);
    const last = days.at(-1);
    if (last?.day === day) last.items.push(item);
    else days.push({ day, items: [item] });
  }
  return days;
}

/** A text among the details, or nothing. */
export function detail(item: Notification, name: string): string {
  const value = (item.details as Record<string, unknown>)[name];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** "7", or "99+" when the server stopped counting there. */
export function unreadText(unread: { value: number; exact: boolean } | undefined): string {
  if (!unread || unread.value === 0) return "";
  return unread.exact ? String(unread.value) : `${unread.value}+`;
}
