/** Participants as avatars: add, change role and expiry, remove. */
import { App, Button, DatePicker, Popover, Segmented } from "antd";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Customer, Participant, ParticipantRole } from "@/api/customer";
import { useCustomerCache } from "@/api/customer_cache";
import { searchMembers } from "@/api/member";
import { addParticipant, changeParticipant, removeParticipant } from "@/api/participant";
import styles from "@/features/participant/ParticipantsFact.module.css";
import type { ActionAccess } from "@/lib/access";
import { formatDay, fromWall, now, wallOf } from "@/lib/time";
import { MemberAvatar } from "@/ui/MemberAvatar";
import { MemberFinder, type FoundMember } from "@/ui/MemberFinder";
import { ReasonTooltip } from "@/ui/ReasonTooltip";
import { Section } from "@/ui/Section";
import { useProblemToast } from "@/ui/useProblemToast";

type Props = { customer: Customer; access: ActionAccess | undefined };

export function ParticipantsFact({ customer, access }: Props) {
  const { t } = useTranslation();
  const showProblem = useProblemToast();
  const { message } = App.useApp();
  const cache = useCustomerCache(customer.customer_id);
  const [adding, setAdding] = useState(false);
  const [role, setRole] = useState<ParticipantRole>("viewer");
  const participants = customer.participants ?? [];
  const taken = [...participants.map((each) => each.member_id), ...(customer.owner ? [customer.owner.member_id] : [])];

  function add(member: FoundMember): void {
    setAdding(false);
    void addParticipant(customer.customer_id, { member_id: member.member_id, role }).then(() => {
      void message.success(t("participant.added", { name: member.name }));
      return cache.refresh();
    }, showProblem);
  }

  const button = <Button type="text" size="small" icon={<Plus size={15} />} disabled={!access?.allowed} aria-label={t("participant.add")} title={access?.allowed ? t("participant.add") : undefined} />;
  const chooser = (
    <div className={styles.adding}>
      <Segmented block size="small" value={role} onChange={setRole} options={roles(t)} aria-label={t("participant.role")} />
      <MemberFinder load={searchMembers} onPick={add} exclude={taken} label={t("participant.add")} />
    </div>
  );
  return (
    <Section
      title={t("participant.title")}
      extra={
        access?.allowed ? (
          <Popover open={adding} onOpenChange={setAdding} trigger="click" placement="bottomRight" title={t("participant.add")} content={chooser} destroyOnHidden>
            {button}
          </Popover>
        ) : (
          <ReasonTooltip access={access}>{button}</ReasonTooltip>
        )
      }
    >
      {participants.length === 0 && <p className={styles.none}>{t("participant.none")}</p>}
      <ul className={styles.list}>
        {participants.map((each) => (
          <ParticipantItem key={each.member_id} participant={each} customerId={customer.customer_id} mayChange={access?.allowed ?? false} />
        ))}
      </ul>
    </Section>
  );
}

const roles = (t: (key: string) => string) => [
  { value: "viewer" as const, label: t("participant.viewer") },
  { value: "editor" as const, label: t("participant.editor") },
];

function ParticipantItem({ participant, customerId, mayChange }: { participant: Participant; customerId: string; mayChange: boolean }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const summary = [t(`participant.${participant.role}`), participant.expires_at && t("participant.until", { day: formatDay(participant.expires_at) })].filter(Boolean).join(" · ");
  const face = (
    <>
      <MemberAvatar member={participant} size={20} withName />
      <span className={styles.role}>{summary}</span>
    </>
  );
  if (!mayChange) return <li className={styles.item}>{face}</li>;
  return (
    <li>
      <Popover open={open} onOpenChange={setOpen} trigger="click" placement="bottom" destroyOnHidden content={<Terms participant={participant} customerId={customerId} onClose={() => setOpen(false)} />} title={participant.name}>
        <button type="button" className={styles.item} aria-label={t("participant.change", { name: participant.name })}>
          {face}
        </button>
      </Popover>
    </li>
  );
}

function Terms({ participant, customerId, onClose }: { participant: Participant; customerId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const showProblem = useProblemToast();
  const cache = useCustomerCache(customerId);
  const change = (part: { role?: ParticipantRole; expires_at?: string | null }) => void changeParticipant(customerId, participant.member_id, part).then(cache.refresh, showProblem);
  const remove = () => void removeParticipant(customerId, participant.member_id).then(() => (onClose(), cache.refresh()), showProblem);
  return (
    <div className={styles.terms}>
      <Segmented block value={participant.role} onChange={(role) => change({ role })} options={roles(t)} aria-label={t("participant.role")} />
      <label className={styles.expiry}>
        <span>{t("participant.expiry")}</span>
        <DatePicker
          value={participant.expires_at ? wallOf(participant.expires_at) : null}
          placeholder={t("participant.forever")}
          aria-label={t("participant.expiry")}
          disabledDate={(day) => day.isBefore(wallOf(now().toISOString()), "day")}
          onChange={(day) => change({ expires_at: day ? fromWall(`${day.format("YYYY-MM-DD")} 23:59`) : null })}
        />
      </label>
      <Button danger block icon={<Trash2 size={14} />} onClick={remove}>
        {t("participant.remove")}
      </Button>
    </div>
  );
}
