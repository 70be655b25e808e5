/** Option lists: which list on the left, its options on the right. */
import { useQuery } from "@tanstack/react-query";
import { Select, Skeleton } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isCustom } from "@/api/customer";
import { optionsQuery } from "@/api/option";
import { OptionEditor } from "@/features/option/OptionEditor";
import { useNarrow } from "@/lib/useNarrow";
import { AdminOnly } from "@/pages/AdminOnly";
import styles from "@/pages/OptionsPage.module.css";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { PageFrame } from "@/ui/PageFrame";

const ORDER = ["status", "level", "industry", "source", "relation", "kind", "follow_up_method", "return_reason", "province"];

export function OptionsPage() {
  const { t, i18n } = useTranslation();
  const narrow = useNarrow();
  const query = useQuery(optionsQuery);
  const [list, setList] = useState("status");
  const lists = query.data?.lists ?? {};
  // Those of custom fields are edited beside their fields.
  const names = Object.keys(lists).filter((name) => !isCustom(name)).sort((left, right) => (ORDER.indexOf(left) + 1 || 99) - (ORDER.indexOf(right) + 1 || 99));
  const label = (name: string) => (i18n.exists(`option.list.${name}`) ? t(`option.list.${name}`) : name);
  return (
    <AdminOnly>
      <PageFrame title={t("option.title")} hint={t("option.hint")}>
        {query.isPending && <Skeleton active />}
        {query.isError && <ErrorBanner error={query.error} onRetry={() => void query.refetch()} />}
        {query.data && (
          <div className={styles.columns}>
            {narrow ? (
              <Select value={list} onChange={setList} aria-label={t("option.title")} options={names.map((name) => ({ value: name, label: label(name) }))} />
            ) : (
              <nav className={styles.lists} aria-label={t("option.title")}>
                {names.map((name) => (
                  <button key={name} type="button" className={styles.list} aria-current={name === list ? "true" : undefined} onClick={() => setList(name)}>
                    <span>{label(name)}</span>
                    <span className={styles.count}>{lists[name]?.filter((option) => option.active).length}</span>
                  </button>
                ))}
              </nav>
            )}
            <OptionEditor key={list} list={list} options={lists[list] ?? []} />
          </div>
        )}
      </PageFrame>
    </AdminOnly>
  );
}
