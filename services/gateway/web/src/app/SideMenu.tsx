/** The left menu: views with their counts, tools, administration. */
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { Tooltip } from "antd";
import { Bookmark, Building2, CalendarDays, Download, ListChecks, ListPlus, PanelLeftClose, PanelLeftOpen, Upload, UserCog, Waves, type LucideIcon } from "lucide-react";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import styles from "@/app/SideMenu.module.css";
import { TagMenu } from "@/app/TagMenu";
import { VIEW_ICONS } from "@/app/viewIcons";
import { countsQuery } from "@/api/customer";
import { hasRight, useMe } from "@/api/session";
import { SearchIcon } from "@/features/saved_search/SearchIcon";
import { SearchMenu } from "@/features/saved_search/SearchMenu";
import { badgeText } from "@/lib/count";
import { LIST_VIEWS, type ListView } from "@/lib/listSearch";
import { addressOf } from "@/lib/savedSearch";

type Props = { collapsed: boolean; onToggle?: () => void; onPick?: () => void };

export function SideMenu({ collapsed, onToggle, onPick }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const counted = useQuery(countsQuery).data;
  const counts = counted?.views;
  const { pathname, search } = useLocation();
  const here = pathname === "/customers" ? (search as { view?: string; saved?: string }) : {};
  const view = here.saved ? undefined : here.view;

  const tool = (to: "/exports" | "/searches" | "/imports/new" | "/admin/members" | "/admin/departments" | "/admin/options" | "/admin/fields" | "/admin/pools" | "/admin/holidays", label: string, Icon: LucideIcon) => (
    <Tip key={to} label={label} show={collapsed}>
      <Link to={to} className={styles.item} data-current={pathname === to || undefined} aria-current={pathname === to ? "page" : undefined} aria-label={collapsed ? label : undefined} onClick={onPick}>
        <Icon size={16} strokeWidth={1.75} aria-hidden />
        {!collapsed && <span className={styles.label}>{label}</span>}
      </Link>
    </Tip>
  );

  return (
    <nav className={styles.menu} data-collapsed={collapsed || undefined} data-drawer={onToggle ? undefined : true} aria-label={t("frame.menu")}>
      {!collapsed && <h2 className={styles.heading}>{t("frame.views")}</h2>}
      {LIST_VIEWS.filter((name) => isShown(name, view, counts?.[name]?.value ?? 0, me.role)).map((name) => {
        const Icon = VIEW_ICONS[name];
        const count = counts?.[name];
        const badge = badgeText(count);
        const urgent = URGENT.has(name) && (count?.value ?? 0) > 0;
        const label = t(`view.${name}`);
        return (
          <Tip key={name} label={badge ? `${label} ${badge}` : label} show={collapsed}>
            <Link
              to="/customers"
              search={{ view: name }}
              className={styles.item}
              data-current={view === name || undefined}
              aria-current={view === name ? "page" : undefined}
              aria-label={collapsed ? label : undefined}
              onClick={onPick}
            >
              <Icon size={16} strokeWidth={1.75} aria-hidden />
              {!collapsed && <span className={styles.label}>{label}</span>}
              {!collapsed && badge && (
                <span className={styles.count} data-urgent={urgent || undefined} aria-label={t(urgent && name !== "soon_recycled" ? "frame.overdueCount" : "frame.counts", { count: count?.value ?? 0 })} role="img">
                  {badge}
                </span>
              )}
              {collapsed && urgent && <span className={styles.mark} aria-hidden />}
            </Link>
          </Tip>
        );
      })}
      {collapsed ? (
        tool("/searches", t("saved_search.title"), Bookmark)
      ) : (
        <SearchMenu
          heading={
            <div className={styles.headingRow}>
              <h2 className={styles.heading}>{t("saved_search.title")}</h2>
              <Link to="/searches" className={styles.more} aria-current={pathname === "/searches" ? "page" : undefined} aria-label={t("saved_search.manage")} onClick={onPick}>
                {t("saved_search.more")}
              </Link>
            </div>
          }
          others={(count) => (
            <Link to="/searches" className={styles.others} onClick={onPick}>
              {t("saved_search.others", { count })}
            </Link>
          )}
          item={(saved) => {
            const count = counted?.saved_searches?.[saved.saved_search_id];
            const current = here.saved === saved.saved_search_id;
            return (
              <Link to="/customers" search={addressOf(saved)} className={styles.item} data-current={current || undefined} aria-current={current ? "page" : undefined} title={saved.name} onClick={onPick}>
                <SearchIcon icon={saved.icon} color={saved.color} />
                <span className={styles.label}>{saved.name}</span>
                {saved.broken.length > 0 ? (
                  <span className={styles.broken} role="img" aria-label={t("saved_search.broken")} title={t("saved_search.broken")}>
                    !
                  </span>
                ) : (
                  <span className={styles.count} {...(count ? { role: "img", "aria-label": t("frame.counts", { count: count.value }) } : {})}>
                    {badgeText(count)}
                  </span>
                )}
              </Link>
            );
          }}
        />
      )}
      {collapsed && <hr className={styles.rule} />}
      <TagMenu collapsed={collapsed} onPick={onPick} />
      {!collapsed && <h2 className={styles.heading}>{t("frame.tools")}</h2>}
      {collapsed && <hr className={styles.rule} />}
      {hasRight(me, "import") && tool("/imports/new", t("frame.imports"), Upload)}
      {tool("/exports", t("frame.exports"), Download)}
      {me.role === "admin" && (
        <>
          {!collapsed && <h2 className={styles.heading}>{t("frame.admin")}</h2>}
          {collapsed && <hr className={styles.rule} />}
          {tool("/admin/members", t("frame.members"), UserCog)}
          {tool("/admin/departments", t("frame.departments"), Building2)}
          {tool("/admin/fields", t("frame.fields"), ListPlus)}
          {tool("/admin/options", t("frame.options"), ListChecks)}
          {tool("/admin/pools", t("pool.title"), Waves)}
          {tool("/admin/holidays", t("holiday.title"), CalendarDays)}
        </>
      )}
      {onToggle && (
        <button type="button" className={styles.toggle} onClick={onToggle} aria-label={t(collapsed ? "frame.expand" : "frame.collapse")} aria-expanded={!collapsed}>
          {collapsed ? <PanelLeftOpen size={16} strokeWidth={1.75} /> : <PanelLeftClose size={16} strokeWidth={1.75} />}
        </button>
      )}
    </nav>
  );
}

/** Red while they hold anybody. */
const URGENT: ReadonlySet<ListView> = new Set(["contact_today", "overdue", "soon_recycled"]);

/** What is about to be missed stands in the menu while it holds anybody, the team for who may have one. */
function isShown(name: ListView, current: string | undefined, count: number, role: string): boolean {
  if (name === "overdue" || name === "soon_recycled") return count > 0 || current === name;
  return name !== "team" || role !== "member";
}

function Tip({ label, show, children }: { label: string; show: boolean; children: ReactElement }) {
  return show ? (
    <Tooltip title={label} placement="right">
      {children}
    </Tooltip>
  ) : (
    children
  );
}
