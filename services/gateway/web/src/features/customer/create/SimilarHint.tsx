/** Customers whose name is like the one being typed: a hint, never a hindrance. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { listCustomers } from "@/api/customer";
import styles from "@/features/customer/create/CreateCustomer.module.css";
import { useDebounced } from "@/lib/useDebounced";

const LEAST = 2;

export function SimilarHint({ name, onOpen }: { name: string; onOpen: (customerId: string) => void }) {
  const { t } = useTranslation();
  const q = useDebounced(name.trim(), 400);
  const { data } = useQuery({ queryKey: ["customers", "similar", q], queryFn: ({ signal }) => listCustomers({ view: "all", q }, null, 3, signal), enabled: q.length >= LEAST, staleTime: 30_000 });
  if (q.length < LEAST || !name.trim() || !data || data.items.length === 0) return null;
  return (
    <p className={styles.similar} role="status">
      {t("create.similar")}
      {data.items.map((row) => (
        <button key={row.customer_id} type="button" onClick={() => onOpen(row.customer_id)}>
          {row.owner ? t("create.similarOwned", { name: row.name, owner: row.owner.name }) : row.name}
        </button>
      ))}
    </p>
  );
}
