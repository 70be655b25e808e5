/** The customers added since the dialog was opened. */
import { CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Customer } from "@/api/customer";
import styles from "@/features/customer/create/CreateCustomer.module.css";

export function JustEntered({ customers, onOpen }: { customers: Customer[]; onOpen: (customerId: string) => void }) {
  const { t } = useTranslation();
  if (customers.length === 0) return null;
  return (
    <section className={styles.entered} aria-live="polite">
      <p className={styles.enteredTitle}>
        <CircleCheck size={15} aria-hidden />
        {t("create.entered", { count: customers.length })}
      </p>
      <ul>
        {customers.map((customer) => (
          <li key={customer.customer_id}>
            <span className={styles.number}>{customer.customer_no}</span>
            <button type="button" onClick={() => onOpen(customer.customer_id)}>
              {customer.name}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
