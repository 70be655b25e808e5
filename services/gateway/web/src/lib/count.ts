/** Counts that may be bounded: {value, exact}. */
export type Count = { value: number; exact: boolean };

/** "1 284", or "10 000+" when the server stopped counting there. */
export function countText(count: Count | null | undefined): string {
  if (!count) return "";
  return `${count.value.toLocaleString("en-US").replaceAll(",", "\u2009")}${count.exact ? "" : "+"}`;
}

/** The short form of the side menu. */
export function badgeText(count: Count | null | undefined): string {
  if (!count) return "";
  return count.value > 999 || (!count.exact && count.value >= 999) ? "999+" : String(count.value);
}
