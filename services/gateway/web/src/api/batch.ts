/** Batches: following the ones that run in the background, what became of each customer, undoing. */
import { queryOptions } from "@tanstack/react-query";
import type { Batch, Chosen } from "@/api/customer";
import type { Schema } from "@/api/schema";
import { http } from "@/lib/http";

export type BatchSummary = Schema<"BatchSummary">;
export type BatchDetail = Schema<"BatchDetail">;
export type BulkValues = Partial<Schema<"BulkValues">>;

export type BatchPage = { items: BatchSummary[]; next: string | null };

export const unfinished = (batch: BatchSummary): boolean => batch.state === "queued" || batch.state === "running";

export const recentBatchesQuery = () => queryOptions({ queryKey: ["batches", "recent"], queryFn: ({ signal }) => http.get<BatchPage>("/api/batches", { limit: 30 }, signal) });

export const findBatch = (batchId: string) => http.get<BatchDetail>(`/api/batches/${batchId}`);

export const cancelBatch = (batchId: string) => http.post<BatchDetail>(`/api/batches/${batchId}/cancel`);

export const undoBatch = (batchId: string) => http.post<Batch>(`/api/undo/${batchId}`);

/** Set the same values in many customers. */
export const editCustomers = (chosen: Chosen, values: BulkValues) => http.post<Batch>("/api/customers/edit", { ...chosen, values });
