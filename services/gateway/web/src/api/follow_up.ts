/** Follow-ups of one customer. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { customerKeys, type MemberRef } from "@/api/customer";
import { http } from "@/lib/http";

export type FollowUp = {
  follow_up_id: string;
  customer_id: string;
  author: MemberRef;
  method: string;
  content: string;
  followed_at: string;
  result: string | null;
  status_before: string | null;
  status_after: string | null;
  level_before?: string | null;
  level_after?: string | null;
  next_contact_at: string | null;
  next_contact_note?: string | null;
  created_at: string;
  updated_at: string;
  version: number;
};

export type RecordFollowUp = {
  method: string;
  content: string;
  followed_at?: string;
  result?: string;
  status?: string;
  level?: string;
  next_contact_at?: string;
  next_contact_note?: string;
};

export type EditFollowUp = { method?: string; content?: string; followed_at?: string; next_contact_at?: string | null };

type Page = { items: FollowUp[]; next: string | null };

export const followUpsQuery = (customerId: string) =>
  infiniteQueryOptions({
    queryKey: [...customerKeys.one(customerId), "follow_ups"],
    queryFn: ({ pageParam, signal }) => http.get<Page>(`/api/customers/${customerId}/follow_ups`, { limit: 20, after: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const recordFollowUp = (customerId: string, body: RecordFollowUp, idempotencyKey: string) =>
  http.post<FollowUp>(`/api/customers/${customerId}/follow_ups`, body, { idempotencyKey });

export const editFollowUp = (followUp: FollowUp, body: EditFollowUp) =>
  http.patch<FollowUp>(`/api/follow_ups/${followUp.follow_up_id}`, body, { ifMatch: followUp.version });

export const deleteFollowUp = (followUpId: string) => http.delete(`/api/follow_ups/${followUpId}`);
