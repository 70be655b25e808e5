/** Timeline (客户动态) of one customer. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { customerKeys } from "@/api/customer";
import { http } from "@/lib/http";

export type TimelineChange = { field: string; before: unknown; after: unknown; before_text?: string | null; after_text?: string | null };

export type TimelineEntry = {
  event_id: string;
  type: string;
  kind: string;
  occurred_at: string;
  actor: { member_id: string | null; name: string };
  changes: TimelineChange[];
  payload: Record<string, unknown>;
  customer_version: number;
  batch_id: string | null;
};

export type TimelineFilter = { kind?: string; member?: string; q?: string };

type Page = { items: TimelineEntry[]; next: string | null; applied_version: number | null };

export const timelineQuery = (customerId: string, filter: TimelineFilter) =>
  infiniteQueryOptions({
    queryKey: [...customerKeys.one(customerId), "timeline", filter],
    queryFn: ({ pageParam, signal }) => http.get<Page>(`/api/customers/${customerId}/timeline`, { ...filter, limit: 30, before: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
    retry: false,
  });
