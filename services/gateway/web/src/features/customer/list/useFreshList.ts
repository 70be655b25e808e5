/** Ask for the list again when the menu's count of its view changes: somebody assigned, claimed or returned a customer. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { countsQuery, type View } from "@/api/customer";
import type { useCustomerList } from "@/features/customer/list/useCustomerList";

/** Whoever has scrolled far down keeps his place; he refreshes by hand. */
const PAGES_MOST = 2;

export function useFreshList(view: View, query: ReturnType<typeof useCustomerList>["query"]): void {
  const value = useQuery(countsQuery).data?.views[view]?.value;
  const seen = useRef({ view, value });
  const { refetch, isFetching } = query;
  const pages = query.data?.pages.length ?? 0;
  useEffect(() => {
    const before = seen.current;
    seen.current = { view, value };
    const changed = before.view === view && before.value !== undefined && value !== undefined && before.value !== value;
    if (changed && pages <= PAGES_MOST && !isFetching) void refetch();
  }, [view, value, pages, isFetching, refetch]);
}
