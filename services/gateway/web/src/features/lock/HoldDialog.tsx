/** Holds a customer: until which day, and why; changes or ends a hold that runs. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Customer } from "@/api/customer";
import { useCustomerCache } from "@/api/customer_cache";
import { holdCustomer, releaseHold } from "@/api/lock";
import { useSaidDone } from "@/ui/useSaidDone";
import { wallOf } from "@/lib/time";
import { FormDialog } from "@/ui/FormDialog";
import { holdBody, HoldFields, isWhole, usualHold } from "@/ui/HoldFields";

export function HoldDialog({ customer, open, onClose }: { customer: Customer; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const cache = useCustomerCache(customer.customer_id);
  const sayDone = useSaidDone();
  const [hold, setHold] = useState(usualHold);
  const held = customer.hold_until !== null;
  useEffect(() => {
    if (open) setHold(customer.hold_until ? { until: wallOf(customer.hold_until), reason: customer.hold_reason ?? "" } : usualHold());
  }, [open, customer.hold_until, customer.hold_reason]);

  async function save(): Promise<void> {
    const { until, reason } = holdBody(hold);
    const { answer, batchId } = await holdCustomer(customer.customer_id, until, reason);
    cache.put(answer);
    sayDone(t("lock.held", { day: until }), batchId);
  }
  async function release(): Promise<void> {
    const { answer, batchId } = await releaseHold(customer.customer_id);
    cache.put(answer);
    sayDone(t("lock.released"), batchId);
  }
  return (
    <FormDialog open={open} title={t("lock.holdTitle")} intro={t("lock.holdIntro", { name: customer.name })} okText={t(held ? "common.save" : "lock.hold")} ready={isWhole(hold)} onSend={save} onClose={onClose} other={held ? { text: t("lock.release"), onSend: release } : undefined}>
      <HoldFields value={hold} onChange={setHold} />
    </FormDialog>
  );
}
