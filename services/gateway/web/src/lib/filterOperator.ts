/** Which operators a type of field has on the screen, and what a value of each looks like. */
import type { FilterValue } from "@/lib/filter";

export type FilterType = "text" | "number" | "date" | "datetime" | "choice" | "choices" | "member" | "members" | "boolean" | "customer" | "tags";
/** Types that are spoken of alike. */
export type Family = "text" | "number" | "date" | "single" | "many" | "boolean";
/** How a value is put in. */
export type ValueKind = "none" | "text" | "texts" | "number" | "numbers" | "day" | "days_between" | "period" | "days" | "options" | "members" | "tags" | "yes_no";

export const PERIODS = [
  "today", "yesterday", "tomorrow", "this_week", "last_week", "next_week", "this_month", "last_month", "next_month",
  "this_quarter", "last_quarter", "next_quarter", "this_year", "last_year", "next_year",
] as const; // prettier-ignore

const EMPTY = ["is_empty", "is_not_empty"];
const OFFERED: Record<Family, readonly string[]> = {
  text: ["contains", "not_contains", "is", "is_not", "starts_with", "any_of", "none_of", ...EMPTY],
  number: ["is", "is_not", "gt", "ge", "lt", "le", "between", ...EMPTY],
  date: ["relative", "last_days", "next_days", "more_than_days_ago", "between", "is", "lt", "le", "gt", "ge", ...EMPTY],
  single: ["any_of", "none_of", ...EMPTY],
  many: ["any_of", "all_of", "none_of", ...EMPTY],
  boolean: ["is"],
};
const FAMILIES: Record<FilterType, Family> = {
  text: "text", number: "number", date: "date", datetime: "date", choice: "single", member: "single", customer: "single",
  choices: "many", members: "many", tags: "many", boolean: "boolean",
}; // prettier-ignore

export const familyOf = (type: string): Family => FAMILIES[type as FilterType] ?? "text";

/** The operators to choose from; `known` are those that the interface takes, and one that a stored condition has already stays. */
export function operatorsOf(type: string, known?: readonly string[], current?: string): string[] {
  const offered = OFFERED[familyOf(type)].filter((op) => !known?.length || known.includes(op));
  const shown = type === "customer" ? offered.filter((op) => EMPTY.includes(op)) : offered;
  return current && !shown.includes(current) ? [...shown, current] : [...shown];
}

export function kindOf(type: string, op: string): ValueKind {
  if (EMPTY.includes(op)) return "none";
  if (op === "relative") return "period";
  if (["last_days", "next_days", "more_than_days_ago"].includes(op)) return "days";
  const family = familyOf(type);
  if (family === "number") return op === "between" ? "numbers" : "number";
  if (family === "date") return op === "between" ? "days_between" : "day";
  if (family === "boolean") return "yes_no";
  if (type === "member" || type === "members") return "members";
  if (type === "tags") return "tags";
  if (type === "choice" || type === "choices") return "options";
  return op === "any_of" || op === "none_of" ? "texts" : "text";
}

/** Operators whose value is a list. */
export const takesList = (op: string): boolean => ["any_of", "all_of", "none_of", "between"].includes(op);

/** The value a fresh condition begins with. */
export function firstValue(kind: ValueKind): FilterValue | undefined {
  if (kind === "yes_no") return true;
  if (kind === "period") return "this_week";
  if (kind === "days") return 7;
  return undefined;
}

/** What can be kept of a value when field or operator change. */
export function keptValue(value: FilterValue | undefined, from: ValueKind, to: ValueKind, op: string): FilterValue | undefined {
  if (to === "none") return undefined;
  if (from !== to) return firstValue(to);
  if (value === undefined || to === "numbers" || to === "days_between") return value;
  const values = Array.isArray(value) ? (value as FilterValue[]) : [value];
  return takesList(op) ? (values as string[]) : (values[0] as FilterValue | undefined);
}

/** Whether a condition says all it has to say. */
export function isComplete(type: string, op: string, value: FilterValue | undefined): boolean {
  const kind = kindOf(type, op);
  if (kind === "none") return true;
  if (kind === "numbers" || kind === "days_between") return Array.isArray(value) && value.length === 2 && value.every((each) => each !== "" && each !== null && each !== undefined);
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== "";
}
