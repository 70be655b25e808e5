/** How a customer is laid out: head and steps on top, facts on the left, tabs on the right; on a phone the facts are a tab. */
import { Tabs } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import styles from "@/features/customer/panel/panel.module.css";
import { useNarrow } from "@/lib/useNarrow";

export type PanelTab = { key: string; label: string; count?: string; content: ReactNode };

type Props = { top: ReactNode; left: ReactNode; tabs: PanelTab[]; tab: string; onTab: (key: string) => void };

export const FACTS_TAB = "facts";

export function PanelLayout({ top, left, tabs, tab, onTab }: Props) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const [first, ...rest] = tabs;
  const shown = narrow && first ? [first, { key: FACTS_TAB, label: t("detail.overview"), content: left }, ...rest] : tabs;
  const active = shown.some((each) => each.key === tab) ? tab : (shown[0]?.key ?? "");
  return (
    <div className={styles.panel}>
      <div className={styles.top}>{top}</div>
      <div className={styles.columns}>
        {!narrow && (
          <aside className={styles.left} aria-label={t("detail.overview")} tabIndex={0}>
            {left}
          </aside>
        )}
        <div className={styles.right} tabIndex={narrow ? undefined : -1}>
          <Tabs
            className={styles.tabs}
            activeKey={active}
            onChange={onTab}
            items={shown.map(({ key, label, count, content }) => ({
              key,
              label: (
                <>
                  {label}
                  {count !== undefined && <span className={styles.tabCount}>{count}</span>}
                </>
              ),
              children: content,
            }))}
          />
        </div>
      </div>
    </div>
  );
}
