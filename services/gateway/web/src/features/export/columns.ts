/** Which columns a file gets when nobody chose yet, and what a remembered choice still means. No requests here. */
import type { Field } from "@/api/option";

/** What an export usually needs beside what the list shows. */
const USUAL = ["customer_no", "name", "owner", "status", "level", "industry", "source", "province", "city", "phone", "mobile", "last_follow_up_at", "next_contact_at", "created_at"];

export function exportable(fields: readonly Field[]): Field[] {
  return fields.filter((field) => field.exportable);
}

/** A remembered choice without what is no longer there; none left: the usual columns. */
export function startColumns(fields: readonly Field[], remembered: readonly string[] | null): string[] {
  const known = new Set(exportable(fields).map((field) => field.field));
  const kept = [...new Set(remembered ?? [])].filter((name) => known.has(name));
  return kept.length > 0 ? kept : USUAL.filter((name) => known.has(name));
}

/** Columns of a list as columns of a file: marks and stars have no place in one. */
export function listColumns(fields: readonly Field[], shown: readonly string[]): string[] {
  const known = new Set(exportable(fields).map((field) => field.field));
  return shown.filter((name) => known.has(name));
}

// Windows forbids these in names of files.
export function fileName(name: string): string {
  return name.replaceAll(/[\\/:*?"<>|\n\r\t]+/g, "_").trim().slice(0, 120);
}
