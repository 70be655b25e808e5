/** The owner, and the "+" that hands the customer over to another member. */
import { App, Button, Popover, Radio } from "antd";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Customer, ParticipantRole } from "@/api/customer";
import { useCustomerCache } from "@/api/customer_cache";
import { searchMembers } from "@/api/member";
import { useOptions } from "@/api/option";
import { assignCustomer } from "@/api/ownership";
import styles from "@/features/ownership/ownership.module.css";
import type { ActionAccess } from "@/lib/access";
import { offerUndo } from "@/lib/undo";
import { MemberAvatar } from "@/ui/MemberAvatar";
import { MemberFinder, type FoundMember } from "@/ui/MemberFinder";
import { ReasonTooltip } from "@/ui/ReasonTooltip";
import { RelativeTime } from "@/ui/RelativeTime";
import { Section } from "@/ui/Section";
import { useProblemToast } from "@/ui/useProblemToast";

/** Who had it, why it was returned and when. */
function PoolFacts({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const { find } = useOptions();
  const reason = find("return_reason", customer.pool_reason)?.label;
  return (
    <div className={styles.pool}>
      <p>
        {[customer.previous_owner && t("ownership.previous", { name: customer.previous_owner.name }), reason].filter(Boolean).join(" · ")}
        {customer.pool_entered_at && (
          <>
            {" · "}
            <RelativeTime time={customer.pool_entered_at} />
          </>
        )}
      </p>
      {customer.pool_note && <p className={styles.noteText}>{customer.pool_note}</p>}
    </div>
  );
}

type Keep = ParticipantRole | "no";
type Props = { customer: Customer; access: ActionAccess | undefined };

export function OwnerFact({ customer, access }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const cache = useCustomerCache(customer.customer_id);
  const showProblem = useProblemToast();
  const [open, setOpen] = useState(false);
  const [keep, setKeep] = useState<Keep>("no");
  const { owner } = customer;

  function assign(member: FoundMember): void {
    setOpen(false);
    void assignCustomer(customer.customer_id, member.member_id, owner && keep !== "no" ? keep : null).then(({ answer, batchId }) => {
      cache.put(answer);
      const text = t("ownership.assigned", { name: member.name });
      if (batchId) offerUndo({ batchId, text });
      else void message.success(text);
    }, showProblem);
  }

  const chooser = (
    <div>
      <MemberFinder load={searchMembers} onPick={assign} exclude={owner ? [owner.member_id] : []} label={t("ownership.assignTo")} />
      {owner && (
        <div className={styles.keep}>
          <span>{t("ownership.keep", { name: owner.name })}</span>
          <Radio.Group
            size="small"
            optionType="button"
            value={keep}
            onChange={(event) => setKeep(event.target.value as Keep)}
            aria-label={t("ownership.keep", { name: owner.name })}
            options={[
              { value: "no", label: t("ownership.keepNo") },
              { value: "viewer", label: t("ownership.viewer") },
              { value: "editor", label: t("ownership.editor") },
            ]}
          />
        </div>
      )}
    </div>
  );
  const button = <Button type="text" size="small" icon={<Plus size={15} />} disabled={!access?.allowed} aria-label={t("ownership.assign")} title={access?.allowed ? t("ownership.assign") : undefined} data-action="assign" />;
  return (
    <Section
      title={t("ownership.owner")}
      extra={
        access?.allowed ? (
          <Popover open={open} onOpenChange={setOpen} trigger="click" placement="bottomRight" content={chooser} destroyOnHidden title={t("ownership.assignTo")}>
            {button}
          </Popover>
        ) : (
          <ReasonTooltip access={access}>{button}</ReasonTooltip>
        )
      }
    >
      <div className={styles.owner}>
        {owner ? <MemberAvatar member={owner} size={24} withName /> : <span className={styles.nobody}>{t(customer.state === "pool" ? "ownership.inPool" : "common.unassigned")}</span>}
      </div>
      {customer.state === "pool" && <PoolFacts customer={customer} />}
    </Section>
  );
}
