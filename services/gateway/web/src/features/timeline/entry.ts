/** How timeline entries are grouped and drawn. No requests here. */
import { ArrowLeftRight, Ban, CircleDot, Download, FilePlus2, Hand, KeyRound, Lock, LockOpen, MessageSquareText, Pencil, ShieldCheck, ShieldOff, Tag, Undo2, UserMinus, UserPlus, UserRoundCog, Waves, type LucideIcon } from "lucide-react";
import type { TimelineEntry } from "@/api/timeline";

const ICONS: Record<string, LucideIcon> = {
  "customer.created": FilePlus2,
  "customer.edited": Pencil,
  "customer.assigned": ArrowLeftRight,
  "customer.returned_to_pool": Waves,
  "customer.claimed": Hand,
  "customer.undone": Undo2,
  "customer.participant_added": UserPlus,
  "customer.participant_changed": UserRoundCog,
  "customer.participant_removed": UserMinus,
  "customer.exported": Download,
  "customer.tagged": Tag,
  "customer.untagged": Tag,
  "customer.locked": Lock,
  "customer.unlocked": LockOpen,
  "customer.held": ShieldCheck,
  "customer.hold_released": ShieldOff,
  "customer.access_requested": KeyRound,
  "customer.access_granted": UserPlus,
  "customer.access_declined": Ban,
  "follow_up.recorded": MessageSquareText,
  "follow_up.edited": MessageSquareText,
  "follow_up.deleted": MessageSquareText,
};

export function entryIcon(type: string): LucideIcon {
  return ICONS[type] ?? CircleDot;
}

/** The key of an entry's sentence; a type this version does not know gets a plain one. */
export function sentenceKey(type: string): string {
  return `timeline.type.${type in ICONS ? type.replace(".", "_") : "other"}`;
}

export type Day = { day: string; entries: TimelineEntry[] };

/** Entries by calendar day, in the order they came. */
export function byDay(entries: readonly TimelineEntry[], dayOf: (time: string) => string): Day[] {
  const days: Day[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.occurred_at);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

/** The names of the tags in a payload. */
export function tagNames(entry: TimelineEntry, name: "tags" | "replaced"): string {
  const tags = entry.payload[name];
  return Array.isArray(tags) ? tags.map((tag: { name?: unknown }) => String(tag.name ?? "")).join("、") : "";
}

export function payloadText(entry: TimelineEntry, name: string): string {
  const value = entry.payload[name];
  return typeof value === "string" ? value : "";
}
