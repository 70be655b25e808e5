/** What came of a batch, sorted for reading: how many were done, and why the others were not. */
import type { Batch, BatchResult, Chosen } from "@/api/customer";

export type Named = { customer_id: string; name: string };
/** Whom a batch means, with the names that are known and how many they are. */
export type Target = { chosen: Chosen; customers: Named[]; count: number };
export type SkippedGroup = { code: string; detail: string | null; customers: Named[] };

/** Skipped rows by reason, the commonest first. */
export function skippedByReason(batch: Batch, nameOf: (customerId: string) => string): SkippedGroup[] {
  const groups = new Map<string, SkippedGroup>();
  for (const result of batch.results) {
    if (result.done) continue;
    const code = result.code ?? "unexpected";
    const group = groups.get(code) ?? { code, detail: result.detail ?? null, customers: [] };
    group.customers.push({ customer_id: result.customer_id, name: nameOf(result.customer_id) });
    groups.set(code, group);
  }
  return [...groups.values()].sort((left, right) => right.customers.length - left.customers.length);
}

/** Who changed a customer since, where the result says so. */
export function changedBy(result: BatchResult): string {
  const name = result.by?.name;
  return typeof name === "string" ? name : "";
}

/** Named customers, no more than one request takes. */
export function portions(chosen: Chosen, most: number): Chosen[] {
  if (!("customer_ids" in chosen)) return [chosen];
  const parts: Chosen[] = [];
  for (let start = 0; start < chosen.customer_ids.length; start += most) parts.push({ customer_ids: chosen.customer_ids.slice(start, start + most) });
  return parts;
}

/** Batches of several requests as one. */
export function joinBatches(batches: Batch[]): Batch {
  return {
    batch_id: batches[0]?.batch_id ?? "",
    state: batches.some((batch) => batch.state === "queued") ? "queued" : "done",
    results: batches.flatMap((batch) => batch.results),
    done: batches.reduce((sum, batch) => sum + batch.done, 0),
    skipped: batches.reduce((sum, batch) => sum + batch.skipped, 0),
  };
}
