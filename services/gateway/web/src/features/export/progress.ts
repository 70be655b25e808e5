/** How far exports are and what is left, as numbers and words. No requests here. */
import type { Export } from "@/api/export";

/** Whole percent of one export; unknown before its rows are counted. */
export function percentOf(job: Pick<Export, "rows_done" | "rows_total" | "state">): number | null {
  if (job.state === "done") return 100;
  if (job.rows_total === null) return null;
  if (job.rows_total === 0) return 0;
  return Math.min(99, Math.floor((job.rows_done / job.rows_total) * 100));
}

/** Percent of all that is under way, by rows. */
export function overall(jobs: readonly Export[]): number {
  const counted = jobs.filter((job) => job.rows_total !== null && job.rows_total > 0);
  const total = counted.reduce((sum, job) => sum + (job.rows_total ?? 0), 0);
  const done = counted.reduce((sum, job) => sum + job.rows_done, 0);
  return total === 0 ? 0 : Math.floor((done / total) * 100);
}

/** Seconds left at the pace so far; null while that is a guess. */
export function secondsLeft(job: Export, at: number): number | null {
  if (job.state !== "running" || !job.started_at || !job.rows_total || job.rows_done === 0) return null;
  const passed = (at - Date.parse(job.started_at)) / 1000;
  if (passed < 1) return null;
  return Math.ceil((passed / job.rows_done) * (job.rows_total - job.rows_done));
}

export function sizeText(bytes: number | null): string {
  if (bytes === null) return "";
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export const rowsText = (rows: number): string => rows.toLocaleString("en-US").replaceAll(",", "\u2009");
