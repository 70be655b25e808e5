import { CalendarClock, CircleDashed, Layers, Star, UserRound, UsersRound, Waves, type LucideIcon } from "lucide-react";
import type { ListView } from "@/lib/listSearch";

export const VIEW_ICONS: Record<ListView, LucideIcon> = {
  mine: UserRound,
  participating: UsersRound,
  contact_today: CalendarClock,
  starred: Star,
  unassigned: CircleDashed,
  all: Layers,
  pool: Waves,
};
