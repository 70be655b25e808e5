/** Live updates of what is on the screen: counts, the open customer, exports; everything after a gap. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { customerKeys } from "@/api/customer";
import { notificationKeys } from "@/api/notification";
import { onLive, startLive } from "@/lib/live";

const COUNTS_WAIT_MS = 1_000;

/** Begin to listen while somebody is signed in. */
export function useLiveUpdates(): void {
  const client = useQueryClient();
  useEffect(() => {
    let counts: ReturnType<typeof setTimeout> | undefined;
    const askCounts = () => {
      counts ??= setTimeout(() => {
        counts = undefined;
        void client.invalidateQueries({ queryKey: customerKeys.counts });
      }, COUNTS_WAIT_MS);
    };
    const askCustomer = (customerId: string) => {
      void client.invalidateQueries({ queryKey: customerKeys.one(customerId), exact: true });
      void client.invalidateQueries({ queryKey: customerKeys.access(customerId) });
      // The timeline has its own way of letting entries in; the rest is asked for at once.
      for (const part of ["follow_ups", "ownership_history", "access_requests"]) void client.invalidateQueries({ queryKey: [...customerKeys.one(customerId), part] });
    };
    const offs = [
      onLive("counts", askCounts),
      onLive("customer", ({ customer_id: customerId }) => askCustomer(customerId)),
      onLive("notification", () => void client.invalidateQueries({ queryKey: notificationKeys.all })),
      onLive("session_ended", () => void client.resetQueries({ queryKey: ["session"] })),
      onLive("resync", () => {
        void client.invalidateQueries({ queryKey: customerKeys.all });
        void client.invalidateQueries({ queryKey: ["exports"] });
        void client.invalidateQueries({ queryKey: notificationKeys.all });
        void client.invalidateQueries({ queryKey: ["batches"] });
      }),
    ];
    const stop = startLive();
    return () => {
      clearTimeout(counts);
      for (const off of offs) off();
      stop();
    };
  }, [client]);
}
