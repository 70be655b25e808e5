/** The rows of one view: pages by cursor, stars set before the server answers. */
import { useInfiniteQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { customerKeys, listCustomers, setStar, type CustomerPage, type CustomerRow, type Selection } from "@/api/customer";
import { useProblemToast } from "@/ui/useProblemToast";

const PAGE = 50;

type Pages = InfiniteData<CustomerPage, string | null>;

export function useCustomerList(selection: Selection) {
  const query = useInfiniteQuery({
    queryKey: customerKeys.list(selection),
    queryFn: ({ pageParam, signal }) => listCustomers(selection, pageParam, PAGE, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? null,
    refetchOnWindowFocus: false,
    // While a search or an order changes the old rows stay; another view starts empty.
    placeholderData: (previous, from) => ((from?.queryKey[2] as Selection | undefined)?.view === selection.view ? previous : undefined),
  });
  const rows = useMemo(() => {
    // A row that moved between two pages is shown once.
    const seen = new Map<string, CustomerRow>();
    for (const page of query.data?.pages ?? []) for (const row of page.items) if (!seen.has(row.customer_id)) seen.set(row.customer_id, row);
    return [...seen.values()];
  }, [query.data]);
  return { query, rows, count: query.data?.pages[0]?.count ?? null };
}

function starred(pages: Pages | undefined, customerId: string, value: boolean): Pages | undefined {
  if (!pages) return pages;
  const change = (row: CustomerRow) => (row.customer_id === customerId ? { ...row, starred: value } : row);
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, items: page.items.map(change) })) };
}

/** Set or take a star: shown at once, taken back when the server refuses. */
export function useStar(): (row: CustomerRow) => void {
  const client = useQueryClient();
  const showProblem = useProblemToast();
  return useCallback(
    (row: CustomerRow) => {
      const show = (value: boolean) => client.setQueriesData<Pages>({ queryKey: customerKeys.lists }, (pages) => starred(pages, row.customer_id, value));
      show(!row.starred);
      setStar(row.customer_id, !row.starred).then(
        () => {
          void client.invalidateQueries({ queryKey: customerKeys.one(row.customer_id) });
          void client.invalidateQueries({ queryKey: customerKeys.counts });
        },
        (error: unknown) => {
          show(row.starred);
          showProblem(error);
        },
      );
    },
    [client, showProblem],
  );
}

/** Ask again for lists and counts after something was done to customers. */
export function useRefreshCustomers(): () => void {
  const client = useQueryClient();
  return useCallback(() => void client.invalidateQueries({ queryKey: customerKeys.all }), [client]);
}
