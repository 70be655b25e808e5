/** How many days a customer has until a rule takes it: red on the last day, orange on the last three. */
import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { CustomerRow } from "@/api/customer";
import styles from "@/features/customer/columns/columns.module.css";
import { daysFromToday, formatTime } from "@/lib/time";

type Props = { row: Pick<CustomerRow, "recycle_at" | "recycle_rule">; empty?: boolean };

export function Recycle({ row, empty = true }: Props) {
  const { t } = useTranslation();
  if (!row.recycle_at || !row.recycle_rule) return empty ? <span className={styles.nothing}>—</span> : null;
  const days = Math.max(0, daysFromToday(row.recycle_at));
  const due = days <= 1 ? "overdue" : days <= 3 ? "today" : "later";
  const rule = row.recycle_rule;
  const why = t(rule.workdays ? "pool_rule.whyWorkdays" : "pool_rule.why", { rule: rule.name, count: rule.days, pool: rule.pool_name, time: formatTime(row.recycle_at) });
  return (
    <Tooltip title={why}>
      <span className={styles.due} data-due={due} data-testid="recycle" tabIndex={0} aria-label={`${t("pool_rule.daysLeft", { count: days })} ${why}`} role="note">
        {t("pool_rule.daysLeft", { count: days })}
      </span>
    </Tooltip>
  );
}
