/** The picture of a saved search, in its colour. */
import { BellRing, Bookmark, Building2, CalendarClock, Clock, Flag, Flame, MapPin, Phone, Rocket, Target, UsersRound, type LucideIcon } from "lucide-react";

const PICTURES: Record<string, LucideIcon> = { bookmark: Bookmark, flame: Flame, target: Target, flag: Flag, phone: Phone, clock: Clock, "calendar-clock": CalendarClock, "map-pin": MapPin, building: Building2, users: UsersRound, bell: BellRing, rocket: Rocket };

export const ICONS = Object.keys(PICTURES);
/** Dark enough to be told apart on white. */
export const COLORS = ["#0958d9", "#08979c", "#389e0d", "#d46b08", "#cf1322", "#c41d7f", "#531dab", "#595959"] as const;

export function SearchIcon({ icon, color, size = 16 }: { icon: string | null; color: string | null; size?: number }) {
  const Picture = PICTURES[icon ?? ""] ?? Bookmark;
  return <Picture size={size} strokeWidth={1.75} color={color ?? undefined} aria-hidden />;
}
