/** Grey rows where the rows will be; a quick answer never shows them. */
import { useTranslation } from "react-i18next";
import styles from "@/features/customer/list/ListSkeleton.module.css";

const WIDTHS = [62, 48, 71, 55, 66, 44, 59, 73, 51, 64, 47, 69];

export function ListSkeleton({ cards = false }: { cards?: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={styles.rows} role="status" aria-label={t("common.loading")} data-cards={cards || undefined}>
      {WIDTHS.map((width, index) => (
        <div key={index} className={styles.row}>
          <span className={styles.bar} style={{ width: 16 }} />
          <span className={styles.bar} style={{ width: 62 }} />
          <span className={styles.bar} style={{ width: width * 3 }} />
          <span className={styles.bar} style={{ width: 78 }} />
          <span className={styles.bar} style={{ width: 66 }} />
          <span className={styles.bar} style={{ width: width * 2 }} />
        </div>
      ))}
    </div>
  );
}
