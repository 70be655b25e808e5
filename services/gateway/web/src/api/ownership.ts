/** Whose a customer is: handing over, returning to the pool, and how it came to be. (Claiming and batches: `customer.ts`.) */
import { queryOptions } from "@tanstack/react-query";
import { customerKeys, type Customer, type MemberRef, type ParticipantRole } from "@/api/customer";
import { http } from "@/lib/http";

export type OwnershipPeriod = {
  owner: MemberRef | null;
  from: string;
  until: string | null;
  how: string;
  by: MemberRef | null;
  ended_how: string | null;
  reason: string | null;
  note: string | null;
};

export const ownershipHistoryQuery = (customerId: string) =>
  queryOptions({
    queryKey: [...customerKeys.one(customerId), "ownership_history"],
    queryFn: ({ signal }) => http.get<{ items: OwnershipPeriod[] }>(`/api/customers/${customerId}/ownership_history`, undefined, signal),
  });

export const assignCustomer = (customerId: string, ownerId: string, keepPreviousOwnerAs: ParticipantRole | null) =>
  http.postUndoable<Customer>(`/api/customers/${customerId}/assign`, {
    owner_id: ownerId,
    ...(keepPreviousOwnerAs ? { keep_previous_owner_as: keepPreviousOwnerAs } : {}),
  });

export const returnCustomerToPool = (customerId: string, reason: string, note: string, poolId: string | null) =>
  http.postUndoable<Customer>(`/api/customers/${customerId}/return_to_pool`, { reason, ...(note ? { note } : {}), ...(poolId ? { pool_id: poolId } : {}) });
