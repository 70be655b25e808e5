/** One customer on a page of its own. */
import { useParams } from "@tanstack/react-router";
import { CustomerPanel } from "@/pages/CustomerPanel";
import styles from "@/pages/CustomerPanel.module.css";

export function CustomerPage() {
  const { customerId } = useParams({ from: "/frame/customers/$customerId" });
  return (
    <div className={styles.page}>
      <CustomerPanel customerId={customerId} mode="page" />
    </div>
  );
}
