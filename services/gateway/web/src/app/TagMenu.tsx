/** The pinned tags in the side menu, each with its count; a click lists its customers. */
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { Tags } from "lucide-react";
import { useTranslation } from "react-i18next";
import { countsQuery } from "@/api/customer";
import { pinnedTagsQuery } from "@/api/tag";
import styles from "@/app/SideMenu.module.css";
import { TagDot } from "@/ui/TagChip";
import { readTagFilter, tagSearch } from "@/lib/tagSearch";
import { badgeText } from "@/lib/count";

export function TagMenu({ collapsed, onPick }: { collapsed: boolean; onPick?: () => void }) {
  const { t } = useTranslation();
  const pinned = useQuery(pinnedTagsQuery).data?.items ?? [];
  const counts = useQuery(countsQuery).data?.tags;
  const { pathname, search } = useLocation();
  const shown = pathname === "/customers" ? readTagFilter((search as { filter?: string }).filter) : null;
  if (collapsed) {
    return (
      <Link to="/tags" className={styles.item} data-current={pathname === "/tags" || undefined} aria-label={t("tag.manager")} title={t("tag.manager")} onClick={onPick}>
        <Tags size={16} strokeWidth={1.75} aria-hidden />
      </Link>
    );
  }
  return (
    <>
      <h2 className={styles.heading}>
        {t("tag.tags")}
        <Link to="/tags" className={styles.headingLink} aria-label={t("tag.moreHint")} aria-current={pathname === "/tags" ? "page" : undefined} onClick={onPick}>
          {t("tag.more")}
        </Link>
      </h2>
      {pinned.map((tag) => {
        const current = shown?.value.length === 1 && shown.value[0] === tag.tag_id;
        const badge = badgeText(counts?.[tag.tag_id]);
        return (
          <Link key={tag.tag_id} to="/customers" search={tagSearch([tag.tag_id])} className={styles.item} data-current={current || undefined} aria-current={current ? "page" : undefined} onClick={onPick}>
            <span className={styles.dotBox}>
              <TagDot color={tag.color} />
            </span>
            <span className={styles.label}>{tag.name}</span>
            {badge && (
              <span className={styles.count} role="img" aria-label={t("frame.counts", { count: counts?.[tag.tag_id]?.value ?? 0 })}>
                {badge}
              </span>
            )}
          </Link>
        );
      })}
      {pinned.length === 0 && <p className={styles.hint}>{t("tag.pinHint")}</p>}
    </>
  );
}
