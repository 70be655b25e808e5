/** Exports to Excel: asking for one, following it, its file. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Selection } from "@/api/customer";
import type { FilterNode } from "@/lib/filter";
import { http } from "@/lib/http";

export type ExportState = "queued" | "running" | "done" | "failed" | "cancelled" | "expired";

export type Export = {
  export_id: string;
  name: string;
  state: ExportState;
  rows_done: number;
  rows_total: number | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  expires_at: string | null;
  file_name: string | null;
  size_bytes: number | null;
  error: { code: string; detail?: string } | string | null;
  attempt: number;
  columns: string[] | null;
  scope: Record<string, unknown> | null;
};

/** What to export: chosen rows, or all that a list shows. */
export type ExportScope = { customer_ids: string[] } | (Omit<Selection, "filter"> & { filter?: FilterNode });

export type CreateExport = ExportScope & { columns: string[]; name: string; language: "zh" | "en" };

type Page = { items: Export[]; next: string | null };

export const unfinished = (job: Export): boolean => job.state === "queued" || job.state === "running";

export const recentExportsQuery = () =>
  queryOptions({ queryKey: ["exports", "recent"], queryFn: ({ signal }) => http.get<Page>("/api/exports", { limit: 20 }, signal) });

export const exportsQuery = (state: string) =>
  infiniteQueryOptions({
    queryKey: ["exports", "list", state],
    queryFn: ({ pageParam, signal }) => http.get<Page>("/api/exports", { limit: 50, state, after: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const createExport = (body: CreateExport, idempotencyKey?: string) => http.post<Export>("/api/exports", body, { idempotencyKey });

/** Cancels one that is not finished; takes away the file of one that is. */
export const deleteExport = (exportId: string) => http.delete(`/api/exports/${exportId}`);

export const exportFile = (exportId: string): string => `/api/exports/${exportId}/file`;
