import { Calendar, CircleDot, Hash, ListChecks, ToggleLeft, Type, UserRound, type LucideIcon } from "lucide-react";
import type { CustomType } from "@/api/custom_field";

/** In the order in which they are offered. */
export const TYPES: readonly CustomType[] = ["text", "number", "date", "choice", "choices", "member", "boolean"];

export const TYPE_ICONS: Record<CustomType, LucideIcon> = { text: Type, number: Hash, date: Calendar, choice: CircleDot, choices: ListChecks, member: UserRound, boolean: ToggleLeft };
