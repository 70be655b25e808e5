/** Asking for access to a customer, and the answer. */
import { queryOptions } from "@tanstack/react-query";
import { customerKeys, type ParticipantRole } from "@/api/customer";
import type { Schema } from "@/api/schema";
import { http } from "@/lib/http";

export type AccessRequest = Schema<"AccessRequest">;

export const accessRequestsQuery = (customerId: string) =>
  queryOptions({
    queryKey: [...customerKeys.one(customerId), "access_requests"],
    queryFn: ({ signal }) => http.get<{ items: AccessRequest[] }>(`/api/customers/${customerId}/access_requests`, undefined, signal),
  });

export const askForAccess = (customerId: string, role: ParticipantRole, message: string) =>
  http.post<AccessRequest>(`/api/customers/${customerId}/access_requests`, { role, ...(message ? { message } : {}) });

export const approveAccess = (accessRequestId: string) => http.post<AccessRequest>(`/api/access_requests/${accessRequestId}/approve`);

export const declineAccess = (accessRequestId: string, note = "") => http.post<AccessRequest>(`/api/access_requests/${accessRequestId}/decline`, note ? { note } : {});
