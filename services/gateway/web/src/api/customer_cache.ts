/** What is remembered of customers in this tab, after one of them changed. */
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { customerKeys, type Customer } from "@/api/customer";

export type CustomerCache = {
  /** The answer of a change: shown at once; lists, counts, rights and timeline are asked for again. */
  put: (customer: Customer) => void;
  /** Something about the customer changed: ask again for all that is shown of it. */
  refresh: () => Promise<void>;
};

export function useCustomerCache(customerId: string): CustomerCache {
  const client = useQueryClient();
  return useMemo(() => {
    const around = () => {
      void client.invalidateQueries({ queryKey: customerKeys.access(customerId) });
      void client.invalidateQueries({ queryKey: customerKeys.lists });
      void client.invalidateQueries({ queryKey: customerKeys.counts });
    };
    return {
      put: (customer) => {
        client.setQueryData(customerKeys.one(customerId), customer);
        void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === "one" && queryKey[2] === customerId && queryKey.length > 3 });
        around();
      },
      refresh: async () => {
        around();
        await client.invalidateQueries({ queryKey: customerKeys.one(customerId) });
      },
    };
  }, [client, customerId]);
}
