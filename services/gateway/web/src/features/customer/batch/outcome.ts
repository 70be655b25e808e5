/** What came of a batch, sorted for reading: how many were done, and why the others were not. */
import type { Batch } from "@/api/customer";

export type Named = { customer_id: string; name: string };
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

/** Batches of several requests as one. */
export function joinBatches(batches: Batch[]): Batch {
  return {
    batch_id: batches[0]?.batch_id ?? "",
    results: batches.flatMap((batch) => batch.results),
    done: batches.reduce((sum, batch) => sum + batch.done, 0),
    skipped: batches.reduce((sum, batch) => sum + batch.skipped, 0),
  };
}
