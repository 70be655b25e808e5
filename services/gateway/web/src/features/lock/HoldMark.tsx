/** The badge of a running hold: until when; why and by whom on hover. */
import { Tooltip } from "antd";
import { ShieldCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Customer } from "@/api/customer";
import styles from "@/features/lock/lock.module.css";
import { formatDay } from "@/lib/time";

export function HoldMark({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  if (!customer.hold_until) return null;
  const hint = t("lock.heldHint", { reason: customer.hold_reason ?? "", name: customer.held_by?.name ?? "", day: formatDay(customer.held_at) });
  return (
    <Tooltip title={hint}>
      <span className={styles.held} tabIndex={0} role="note" aria-label={`${t("lock.heldUntil", { day: formatDay(customer.hold_until) })}. ${hint}`}>
        <ShieldCheck size={13} aria-hidden />
        {t("lock.heldUntil", { day: formatDay(customer.hold_until) })}
      </span>
    </Tooltip>
  );
}
