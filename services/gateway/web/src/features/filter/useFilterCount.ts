/** How many customers a selection holds, asked of the list itself shortly after the last change. */
import { useQuery } from "@tanstack/react-query";
import { customerKeys, listCustomers, type Selection } from "@/api/customer";
import { useDebounced } from "@/lib/useDebounced";

const WAIT = 300;

export function useFilterCount(selection: Selection, enabled: boolean) {
  const key = useDebounced(JSON.stringify(selection), WAIT);
  const settled = JSON.parse(key) as Selection;
  const query = useQuery({
    queryKey: [...customerKeys.lists, "count", key],
    queryFn: async ({ signal }) => (await listCustomers(settled, null, 1, signal)).count,
    enabled,
    retry: false,
    staleTime: 10_000,
  });
  return { ...query, current: key === JSON.stringify(selection) && !query.isFetching };
}
