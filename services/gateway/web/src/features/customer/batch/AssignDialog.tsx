/** Give customers to another member or evenly to several, and say what becomes of those who had them. */
import { Form, Modal, Radio, Segmented, Tag } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { MemberRef, ParticipantRole } from "@/api/customer";
import { searchMembers } from "@/api/member";
import type { Named } from "@/features/customer/batch/outcome";
import styles from "@/features/customer/batch/AssignDialog.module.css";
import { MemberAvatar } from "@/ui/MemberAvatar";
import { MemberPicker } from "@/ui/MemberPicker";

type Props = {
  open: boolean;
  customers: Named[];
  /** How many in all; more than are named where all that match are meant. */
  count: number;
  busy: boolean;
  onClose: () => void;
  onAssign: (owners: MemberRef[], keepPreviousOwnerAs: ParticipantRole | null) => void;
};

type Strategy = "one" | "evenly";

export function AssignDialog({ open, customers, count, busy, onClose, onAssign }: Props) {
  const { t } = useTranslation();
  const [strategy, setStrategy] = useState<Strategy>("one");
  const [owners, setOwners] = useState<MemberRef[]>([]);
  const [keep, setKeep] = useState<ParticipantRole | "none">("none");
  useEffect(() => {
    if (!open) return;
    setOwners([]);
    setStrategy("one");
  }, [open]);
  const many = count > 1;
  const title = many ? t("batch.assignMany", { count }) : t("batch.assignOne", { name: customers[0]?.name ?? "" });
  return (
    <Modal
      open={open}
      title={title}
      width={440}
      destroyOnHidden
      onCancel={onClose}
      okText={t("batch.assignNow", { count })}
      cancelText={t("common.cancel")}
      okButtonProps={{ disabled: owners.length < (strategy === "evenly" ? 2 : 1), loading: busy }}
      onOk={() => onAssign(owners, keep === "none" ? null : keep)}
    >
      <Form layout="vertical">
        {many && (
          <Segmented<Strategy>
            block
            className={styles.strategy}
            aria-label={t("batch.strategy")}
            value={strategy}
            onChange={(value) => {
              setStrategy(value);
              if (value === "one") setOwners(owners.slice(0, 1));
            }}
            options={[
              { value: "one", label: t("batch.oneOwner") },
              { value: "evenly", label: t("batch.evenly") },
            ]}
          />
        )}
        {strategy === "one" ? (
          <Form.Item label={t("batch.newOwner")} htmlFor="assign-owner">
            <MemberPicker id="assign-owner" value={owners[0] ?? null} onChange={(owner) => setOwners(owner ? [owner] : [])} load={searchMembers} label={t("batch.newOwner")} placeholder={t("list.pickMember")} autoFocus />
          </Form.Item>
        ) : (
          <Form.Item label={t("batch.owners")} htmlFor="assign-owners" extra={owners.length > 1 ? t("batch.evenlyHint", { count: Math.ceil(count / owners.length) }) : undefined}>
            <Owners owners={owners} onChange={setOwners} />
          </Form.Item>
        )}
        <Form.Item label={t("batch.keepPrevious")} extra={t("batch.keepHint")}>
          <Radio.Group
            vertical
            value={keep}
            aria-label={t("batch.keepPrevious")}
            onChange={(event) => setKeep(event.target.value)}
            options={[
              { value: "none", label: t("batch.keepNot") },
              { value: "viewer", label: t("batch.keepViewer") },
              { value: "editor", label: t("batch.keepEditor") },
            ]}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function Owners({ owners, onChange }: { owners: MemberRef[]; onChange: (owners: MemberRef[]) => void }) {
  const { t } = useTranslation();
  return (
    <>
      {owners.length > 0 && (
        <div className={styles.owners}>
          {owners.map((owner) => (
            <Tag key={owner.member_id} closable={{ "aria-label": t("batch.removeOwner", { name: owner.name }) }} onClose={() => onChange(owners.filter((each) => each !== owner))} className={styles.owner}>
              <MemberAvatar member={owner} size={18} withName />
            </Tag>
          ))}
        </div>
      )}
      <MemberPicker
        id="assign-owners"
        value={null}
        onChange={(owner) => owner && onChange([...owners, owner])}
        load={searchMembers}
        label={t("batch.addOwner")}
        placeholder={t("list.pickMember")}
        exclude={owners.map((owner) => owner.member_id)}
        autoFocus
      />
    </>
  );
}
