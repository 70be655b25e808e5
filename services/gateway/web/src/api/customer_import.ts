/** Imports of customers from .xlsx and .csv. */
import { queryOptions } from "@tanstack/react-query";
import type { Visibility } from "@/api/customer";
import { http } from "@/lib/http";

export type ImportState = "previewed" | "running" | "done" | "failed" | "cancelled";

export type ImportColumn = { header: string; field: string | null };

export type RowError = { row: number; field: string | null; code: string; detail: string };

export type ImportSummary = {
  import_id: string;
  file_name: string;
  state: ImportState;
  columns: ImportColumn[];
  rows: number;
  rows_done: number;
  accepted: number;
  rejected: number;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  error: { code: string; detail: string } | null;
};

/** With its first rows and what is wrong with them. */
export type CustomerImport = ImportSummary & {
  preview: { row: number; cells: string[] }[];
  errors: RowError[];
  new_options: { field: string; label: string }[];
};

/** The field of each column of the table, in its order; null leaves a column out. */
export type Mapping = (string | null)[];

export type RunImport = { columns: Mapping; visibility: Visibility; skip_existing: boolean; owner_id?: string | null };

export const FILE_BYTES_MAX = 20 * 1024 * 1024;

export const importsQuery = () =>
  queryOptions({ queryKey: ["imports", "list"], queryFn: ({ signal }) => http.get<{ items: ImportSummary[]; next: string | null }>("/api/imports", { limit: 20 }, signal) });

export const importQuery = (importId: string) =>
  queryOptions({ queryKey: ["imports", "one", importId], queryFn: ({ signal }) => http.get<CustomerImport>(`/api/imports/${importId}`, undefined, signal) });

export function uploadImport(file: File, idempotencyKey: string): Promise<CustomerImport> {
  const form = new FormData();
  form.set("file", file);
  return http.post<CustomerImport>("/api/imports", form, { idempotencyKey });
}

export const previewImport = (importId: string, columns: Mapping, signal?: AbortSignal) => http.post<CustomerImport>(`/api/imports/${importId}/preview`, { columns }, { signal });

export const runImport = (importId: string, body: RunImport) => http.post<ImportSummary>(`/api/imports/${importId}/run`, body);

export const cancelImport = (importId: string) => http.post<ImportSummary>(`/api/imports/${importId}/cancel`);

export const rejectedFile = (importId: string, language: string): string => `/api/imports/${importId}/rejected?language=${language === "en" ? "en" : "zh"}`;
