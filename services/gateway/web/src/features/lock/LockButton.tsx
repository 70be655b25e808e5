/** Locks or unlocks a customer; says on hover what a lock is, and that a hold is something else. */
import { Button, Tooltip } from "antd";
import { Lock, LockOpen } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Customer } from "@/api/customer";
import { useCustomerCache } from "@/api/customer_cache";
import { lockCustomer, unlockCustomer } from "@/api/lock";
import styles from "@/features/lock/lock.module.css";
import type { ActionAccess } from "@/lib/access";
import { useNarrow } from "@/lib/useNarrow";
import { ReasonTooltip } from "@/ui/ReasonTooltip";
import { useProblemToast } from "@/ui/useProblemToast";
import { useSaidDone } from "@/ui/useSaidDone";

export function LockButton({ customer, access }: { customer: Customer; access: ActionAccess | undefined }) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const sayDone = useSaidDone();
  const cache = useCustomerCache(customer.customer_id);
  const showProblem = useProblemToast();
  const [saving, setSaving] = useState(false);
  const locked = customer.locked_at !== null;
  const label = t(locked ? "lock.unlock" : "lock.lock");

  function toggle(): void {
    setSaving(true);
    void (locked ? unlockCustomer : lockCustomer)(customer.customer_id)
      .then(({ answer, batchId }) => {
        cache.put(answer);
        sayDone(t(locked ? "lock.unlocked" : "lock.locked"), batchId);
      }, showProblem)
      .finally(() => setSaving(false));
  }

  const button = (
    <Button icon={locked ? <LockOpen size={14} /> : <Lock size={14} />} disabled={!access?.allowed} loading={saving} onClick={toggle} aria-label={label}>
      {narrow ? null : label}
    </Button>
  );
  if (!access?.allowed) return <ReasonTooltip access={access}>{button}</ReasonTooltip>;
  return (
    <Tooltip
      title={
        <span className={styles.meanings}>
          <span>{t("lock.meaning")}</span>
          <span>{t("lock.notRecycled")}</span>
          <span>{t("lock.otherMeaning")}</span>
        </span>
      }
    >
      {button}
    </Tooltip>
  );
}
