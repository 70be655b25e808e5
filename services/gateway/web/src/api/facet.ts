/** How many customers of a list have each value of a field: the numbers beside the choices of a quick filter. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { customerKeys, type Selection } from "@/api/customer";
import type { Schema } from "@/api/schema";
import type { Count } from "@/lib/count";
import { http } from "@/lib/http";

export type FacetField = "status" | "level" | "province" | "source" | "industry" | "owner" | "tags" | "last_follow_up_at";
export type Facet = {
  /** The number of a value; nobody has one that a complete answer does not hold, undefined where there is no telling. */
  count: (value: string) => Count | undefined;
  items: Schema<"FacetItem">[];
  /** The list is too large to look through: numbers are lower bounds, and rare values have none. */
  partial: boolean;
};

const NONE: Count = { value: 0, exact: true };

export function useFacet(field: FacetField, within: Selection): Facet {
  const { data } = useQuery({
    queryKey: [...customerKeys.lists, "facet", field, within],
    queryFn: ({ signal }) => http.get<Schema<"Facet">>("/api/customers/facets", { ...within, sort: undefined, field }, signal),
    staleTime: 20_000,
    retry: false, // numbers are a help: without them the choices stand as they are
    placeholderData: keepPreviousData,
  });
  const items = data?.items ?? [];
  return { count: (value) => items.find((item) => item.value === value)?.count ?? (data?.complete ? NONE : undefined), items, partial: data !== undefined && !data.complete };
}
