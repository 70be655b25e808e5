/** Participants of one customer. */
import type { Participant, ParticipantRole } from "@/api/customer";
import { http } from "@/lib/http";

const path = (customerId: string, memberId = "") => `/api/customers/${customerId}/participants${memberId && `/${memberId}`}`;

export const addParticipant = (customerId: string, body: { member_id: string; role: ParticipantRole; expires_at?: string | null }) =>
  http.post<Participant>(path(customerId), body);

export const changeParticipant = (customerId: string, memberId: string, body: { role?: ParticipantRole; expires_at?: string | null }) =>
  http.patch<Participant>(path(customerId, memberId), body);

export const removeParticipant = (customerId: string, memberId: string) => http.delete(path(customerId, memberId));
