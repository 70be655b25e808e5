/** The phone's bottom bar: the views used most, and the menu for the rest. */
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { Menu } from "lucide-react";
import { useTranslation } from "react-i18next";
import styles from "@/app/BottomBar.module.css";
import { VIEW_ICONS } from "@/app/viewIcons";
import { countsQuery } from "@/api/customer";
import { badgeText } from "@/lib/count";
import type { ListView } from "@/lib/listSearch";

const SHOWN: ListView[] = ["contact_today", "mine", "pool", "all"];

export function BottomBar({ onMenu }: { onMenu: () => void }) {
  const { t } = useTranslation();
  const counts = useQuery(countsQuery).data?.views;
  const { pathname, search } = useLocation();
  const view = pathname === "/customers" ? (search as { view?: string }).view : undefined;
  return (
    <nav className={styles.bar} aria-label={t("frame.views")}>
      {SHOWN.map((name) => {
        const Icon = VIEW_ICONS[name];
        const badge = name === "contact_today" && (counts?.contact_today?.value ?? 0) > 0 ? badgeText(counts?.contact_today) : "";
        return (
          <Link key={name} to="/customers" search={{ view: name }} className={styles.item} aria-label={t(`view.${name}`)} data-current={view === name || undefined} aria-current={view === name ? "page" : undefined}>
            <span className={styles.icon}>
              <Icon size={20} strokeWidth={1.75} aria-hidden />
              {badge && <span className={styles.badge}>{badge}</span>}
            </span>
            <span aria-hidden>{t(`frame.short.${name}`)}</span>
          </Link>
        );
      })}
      <button type="button" className={styles.item} onClick={onMenu}>
        <Menu size={20} strokeWidth={1.75} aria-hidden />
        <span>{t("common.more")}</span>
      </button>
    </nav>
  );
}
