import { AlarmClock, CalendarClock, CircleDashed, Hourglass, Layers, Network, Star, UserRound, UsersRound, Waves, type LucideIcon } from "lucide-react";
import type { ListView } from "@/lib/listSearch";

export const VIEW_ICONS: Record<ListView, LucideIcon> = {
  mine: UserRound,
  participating: UsersRound,
  contact_today: CalendarClock,
  overdue: AlarmClock,
  starred: Star,
  soon_recycled: Hourglass,
  team: Network,
  unassigned: CircleDashed,
  all: Layers,
  pool: Waves,
};
