/** The list on a phone: one card per customer, a long press chooses. */
import { Button, Spin } from "antd";
import { Check, HandGrab, Phone, Star } from "lucide-react";
import { useEffect, useRef, type MouseEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerRow } from "@/api/customer";
import { useOptions } from "@/api/option";
import { NextContact } from "@/features/customer/columns/NextContact";
import { Recycle } from "@/features/customer/columns/Recycle";
import columns from "@/features/customer/columns/columns.module.css";
import styles from "@/features/customer/list/CustomerCards.module.css";
import { daysFromToday } from "@/lib/time";
import { TagsInline } from "@/ui/TagChip";
import { MemberAvatar } from "@/ui/MemberAvatar";
import { RelativeTime } from "@/ui/RelativeTime";
import { StatusDot } from "@/ui/StatusDot";
import type { TableEntry } from "@/table/column";

type Props = {
  entries: TableEntry<CustomerRow>[];
  chosen: ReadonlySet<string>;
  onChoose: (id: string) => void;
  onOpen: (id: string) => void;
  onStar: (row: CustomerRow) => void;
  onClaim: (row: CustomerRow) => void;
  claimingId: string | null;
  onEndReached: () => void;
  loadingMore: boolean;
  footer: ReactNode;
};

const LONG_PRESS = 450;

export function CustomerCards({ entries, chosen, onEndReached, loadingMore, footer, ...actions }: Props) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = end.current;
    if (!element) return;
    const observer = new IntersectionObserver((seen) => seen.some((entry) => entry.isIntersecting) && onEndReached(), { rootMargin: "600px" });
    observer.observe(element);
    return () => observer.disconnect();
  }, [onEndReached]);
  return (
    <div className={styles.scroll}>
      <ul className={styles.cards}>
        {entries.map((entry) =>
          entry.kind === "heading" ? (
            <li key={entry.id} className={styles.heading}>
              {entry.content}
            </li>
          ) : (
            <Card key={entry.id} row={entry.row} chosen={chosen.has(entry.id)} choosing={chosen.size > 0} {...actions} />
          ),
        )}
      </ul>
      <div ref={end} className={styles.end}>
        {loadingMore ? <Spin size="small" /> : footer}
      </div>
    </div>
  );
}

type CardProps = Pick<Props, "onChoose" | "onOpen" | "onStar" | "onClaim" | "claimingId"> & { row: CustomerRow; chosen: boolean; choosing: boolean };

function Card({ row, chosen, choosing, onChoose, onOpen, onStar, onClaim, claimingId }: CardProps) {
  const { t } = useTranslation();
  const { find } = useOptions();
  const press = useRef<ReturnType<typeof setTimeout>>(undefined);
  const held = useRef(false);
  const status = find("status", row.status);
  const pooled = row.state === "pool";
  const number = row.mobile || row.phone;

  const start = () => {
    held.current = false;
    press.current = setTimeout(() => {
      held.current = true;
      navigator.vibrate?.(10);
      onChoose(row.customer_id);
    }, LONG_PRESS);
  };
  const stop = () => clearTimeout(press.current);
  const onClick = (event: MouseEvent) => {
    if (held.current || (event.target as Element).closest("a,button")) return;
    if (choosing) onChoose(row.customer_id);
    else onOpen(row.customer_id);
  };
  return (
    <li className={styles.card} data-chosen={chosen || undefined} onClick={onClick} onPointerDown={start} onPointerUp={stop} onPointerCancel={stop} onPointerLeave={stop} onContextMenu={(event) => event.preventDefault()}>
      <div className={styles.top}>
        {choosing && (
          <span className={styles.box} data-on={chosen || undefined} role="checkbox" aria-checked={chosen} aria-label={t("table.choose", { name: row.name })} tabIndex={0} onKeyDown={(event) => event.key === " " && onChoose(row.customer_id)}>
            {chosen && <Check size={13} aria-hidden />}
          </span>
        )}
        <button type="button" className={styles.name} onClick={() => (choosing ? onChoose(row.customer_id) : onOpen(row.customer_id))}>
          {row.name}
        </button>
        {row.level && <span className={columns.level} data-level={row.level}>{row.level}</span>}
        <button type="button" className={styles.star} aria-pressed={row.starred} aria-label={t(row.starred ? "list.unstarOne" : "list.starOne", { name: row.name })} onClick={() => onStar(row)}>
          <Star size={18} strokeWidth={1.75} aria-hidden />
        </button>
      </div>
      <div className={styles.facts}>
        {status && <StatusDot label={status.label} color={status.color} />}
        {pooled ? <MemberAvatar member={row.previous_owner} size={18} withName empty="" /> : <MemberAvatar member={row.owner} size={18} withName empty={t("common.unassigned")} />}
        {row.province && <span className={styles.quiet}>{find("province", row.province)?.label}</span>}
        <TagsInline tags={row.tags} />
      </div>
      <div className={styles.bottom}>
        {row.recycle_at && daysFromToday(row.recycle_at) <= 7 && (
          <span className={styles.quiet}>
            {t("pool_rule.soon")} <Recycle row={row} />
          </span>
        )}
        {pooled ? (
          <span className={styles.quiet}>
            {find("return_reason", row.pool_reason)?.label} · <RelativeTime time={row.pool_entered_at} />
          </span>
        ) : row.next_contact_at ? (
          <span className={styles.quiet}>
            {t("field.next_contact_at")} <NextContact time={row.next_contact_at} />
          </span>
        ) : (
          <span className={styles.quiet}>
            {row.last_follow_up_at ? (
              <>
                {t("list.lastFollowUp")} <RelativeTime time={row.last_follow_up_at} />
              </>
            ) : (
              t("list.neverFollowedUp")
            )}
          </span>
        )}
        {pooled ? (
          <Button size="small" type="primary" ghost icon={<HandGrab size={14} />} loading={claimingId === row.customer_id} onClick={() => onClaim(row)}>
            {t("batch.claim")}
          </Button>
        ) : (
          number && (
            <a className={styles.call} href={`tel:${number}`} aria-label={t("list.call", { name: row.name })}>
              <Phone size={16} aria-hidden />
            </a>
          )
        )}
      </div>
    </li>
  );
}
