/** How many customers have a tag, in words. */
import type { TFunction } from "i18next";
import type { Tag } from "@/api/tag";

export function usedText(t: TFunction, usage: Tag["usage"]): string {
  if (!usage) return "";
  return usage.exact ? t("tag.used", { count: usage.value }) : t("tag.usedMore", { most: usage.value.toLocaleString("en-US") });
}
