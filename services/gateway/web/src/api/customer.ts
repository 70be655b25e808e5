/** Customers: list, counts, one, create, change, batches. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Schema } from "@/api/schema";
import type { Count } from "@/lib/count";
import { http, type Undoable } from "@/lib/http";

export type MemberRef = Schema<"MemberRef">;

export const VIEWS = ["mine", "participating", "contact_today", "overdue", "starred", "soon_recycled", "team", "unassigned", "all", "pool"] as const;
export type View = (typeof VIEWS)[number];

export type CustomerRow = Schema<"ListedCustomer">;
export type Customer = Schema<"Customer">;
export type CustomerPage = Schema<"CustomerList">;
export type Participant = Schema<"ParticipantRef">;
export type Visibility = CustomerRow["visibility"];
export type CustomerState = CustomerRow["state"];
export type ParticipantRole = Participant["role"];

/** What a list shows: the view, the search, the quick filters and the order. */
export type Selection = {
  view: View;
  q?: string;
  sort?: string;
  /** A tree of conditions as JSON. */
  filter?: string;
  status?: string;
  level?: string;
  owner_id?: string;
  province?: string;
  source?: string;
  industry?: string;
  department_id?: string;
  pool_id?: string;
};

export type Action = keyof Schema<"Access">["actions"];
export type Access = { actions: Partial<Record<Action, Schema<"ActionAccess">>> };

export type Batch = Schema<"Batch">;
/** Whom a batch means: named ones, or all that a list shows. */
export type Chosen = { customer_ids: string[] } | { selection: Omit<Selection, "sort"> };
export type BatchResult = Schema<"BatchResult">;

export type NewCustomer = Pick<Schema<"CreateCustomer">, "name"> & Partial<Schema<"CreateCustomer">>;

export const customerKeys = {
  all: ["customers"] as const,
  lists: ["customers", "list"] as const,
  list: (selection: Selection) => ["customers", "list", selection] as const,
  counts: ["customers", "counts"] as const,
  one: (customerId: string) => ["customers", "one", customerId] as const,
  access: (customerId: string) => ["customers", "access", customerId] as const,
};

export function listCustomers(selection: Partial<Selection>, after: string | null, limit: number, signal?: AbortSignal): Promise<CustomerPage> {
  return http.get<CustomerPage>("/api/customers", { ...selection, limit, after }, signal);
}

export const countsQuery = queryOptions({
  queryKey: customerKeys.counts,
  queryFn: ({ signal }) => http.get<{ views: Partial<Record<View, Count>>; tags: Record<string, Count>; saved_searches?: Record<string, Count> }>("/api/customers/counts", undefined, signal),
  placeholderData: keepPreviousData,
  staleTime: 10_000,
  refetchInterval: 60_000,
});

export const customerQuery = (customerId: string) =>
  queryOptions({ queryKey: customerKeys.one(customerId), queryFn: ({ signal }) => http.get<Customer>(`/api/customers/${customerId}`, undefined, signal) });

export const accessQuery = (customerId: string) =>
  queryOptions({ queryKey: customerKeys.access(customerId), queryFn: ({ signal }) => http.get<Access>(`/api/customers/${customerId}/access`, undefined, signal) });

export function createCustomer(customer: NewCustomer, idempotencyKey: string): Promise<Customer> {
  return http.post<Customer>("/api/customers", customer, { idempotencyKey });
}

export function setStar(customerId: string, starred: boolean): Promise<void> {
  return starred ? http.put(`/api/customers/${customerId}/star`) : http.delete(`/api/customers/${customerId}/star`);
}

export function claimCustomer(customerId: string): Promise<Undoable<Customer>> {
  return http.postUndoable<Customer>(`/api/customers/${customerId}/claim`);
}

/** To one owner, or evenly to several. */
export function assignCustomers(chosen: Chosen, ownerIds: string[], keepPreviousOwnerAs: ParticipantRole | null): Promise<Batch> {
  return http.post<Batch>("/api/customers/assign", {
    ...chosen,
    ...(ownerIds.length === 1 ? { owner_id: ownerIds[0] } : { owner_ids: ownerIds, strategy: "evenly" }),
    ...(keepPreviousOwnerAs ? { keep_previous_owner_as: keepPreviousOwnerAs } : {}),
  });
}

export function returnCustomersToPool(chosen: Chosen, reason: string, note: string, poolId: string | null): Promise<Batch> {
  return http.post<Batch>("/api/customers/return_to_pool", { ...chosen, reason, ...(note ? { note } : {}), ...(poolId ? { pool_id: poolId } : {}) });
}

export function claimCustomers(chosen: Chosen): Promise<Batch> {
  return http.post<Batch>("/api/customers/claim", chosen);
}

export function starCustomers(chosen: Chosen, starred: boolean): Promise<Batch> {
  return http.post<Batch>(`/api/customers/${starred ? "star" : "unstar"}`, chosen);
}

/** Change some fields. `base` holds the values they started from: what another changed meanwhile merges, or is a conflict. */
export function editCustomer(customerId: string, changes: Record<string, unknown>, base: Record<string, unknown>): Promise<Customer> {
  return http.patch<Customer>(`/api/customers/${customerId}`, { ...nested(changes), base: nested(base) });
}

/** Whether a field is one that an admin added. */
export function isCustom(field: string): boolean {
  return field.startsWith("cf_");
}

/** Flat values as a body takes them: custom ones under `custom`. */
export function nested(values: Record<string, unknown>): Record<string, unknown> {
  const own = Object.entries(values).filter(([field]) => !isCustom(field));
  const custom = Object.entries(values).filter(([field]) => isCustom(field));
  return { ...Object.fromEntries(own), ...(custom.length > 0 ? { custom: Object.fromEntries(custom) } : {}) };
}
