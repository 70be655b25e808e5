/** Imports made before: each can be looked at again. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { importsQuery, type ImportSummary } from "@/api/customer_import";
import styles from "@/features/customer_import/customer_import.module.css";
import { RelativeTime } from "@/ui/RelativeTime";

export function EarlierImports({ onOpen }: { onOpen: (importId: string) => void }) {
  const { t } = useTranslation();
  const { data } = useQuery({ ...importsQuery(), refetchInterval: ({ state }) => (state.data?.items.some((each) => each.state === "running") ? 2_000 : false) });
  if (!data || data.items.length === 0) return null;
  return (
    <section aria-labelledby="earlier-imports">
      <h2 id="earlier-imports" className={styles.earlierTitle}>
        {t("import.earlier")}
      </h2>
      <ul className={styles.earlier}>
        {data.items.map((each) => (
          <li key={each.import_id}>
            <button type="button" className={styles.earlierItem} onClick={() => onOpen(each.import_id)}>
              <span className={styles.earlierName}>{each.file_name}</span>
              <span className={styles.state} data-state={each.state}>
                {t(`import.state.${each.state}`)}
              </span>
              <span className={styles.quiet}>{resultText(each, t)}</span>
              <RelativeTime time={each.created_at} className={styles.quiet} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function resultText(each: ImportSummary, t: (key: string, values: Record<string, unknown>) => string): string {
  if (each.state === "previewed") return t("import.rows", { count: each.rows });
  if (each.state === "running") return t("import.progress", { done: each.rows_done, rows: each.rows });
  return t("import.result", { accepted: each.accepted, rejected: each.rejected });
}
