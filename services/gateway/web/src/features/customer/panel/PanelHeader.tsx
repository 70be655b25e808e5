/** The head of a customer: star, name, number, marks, and what may be done; a refused action says why. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown, Tooltip } from "antd";
import { ChevronDown, ChevronUp, Ellipsis, EyeOff, Hand, Link2, Lock, Maximize2, PencilLine, ShieldCheck, SquarePen, Star, Waves, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { claimCustomer, customerKeys, setStar, type Access, type Customer } from "@/api/customer";
import { useCustomerCache } from "@/api/customer_cache";
import { useClaimHint } from "@/features/customer/batch/useClaimHint";
import { Recycle } from "@/features/customer/columns/Recycle";
import styles from "@/features/customer/panel/panel.module.css";
import { accessReason } from "@/lib/access";
import { daysFromToday, formatTime } from "@/lib/time";
import { useNarrow } from "@/lib/useNarrow";
import { AccessButton } from "@/ui/AccessButton";
import { useProblemToast } from "@/ui/useProblemToast";
import { useSaidDone } from "@/ui/useSaidDone";

export type PanelFrame = { onClose?: () => void; onPrevious?: () => void; onNext?: () => void; onFullPage?: () => void };

/** From when on the head says that a rule will take the customer. */
const SOON_DAYS = 7;

type Props = {
  customer: Customer;
  access: Access | undefined;
  frame: PanelFrame;
  /** What other features add: marks beside the name, buttons beside the others. */
  marks?: ReactNode;
  extra?: ReactNode;
  onWrite: () => void;
  onEdit: () => void;
  onReturn: () => void;
  onHold: () => void;
};

export function PanelHeader({ customer, access, frame, marks, extra, onWrite, onEdit, onReturn, onHold }: Props) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const actions = access?.actions;
  const inPool = customer.state === "pool";
  // On a page of its own the name is the page's title; in the drawer the list keeps it.
  const Title = frame.onClose ? "h2" : "h1";
  return (
    <div className={styles.header}>
      <div className={styles.identity}>
        <StarButton customer={customer} />
        <Title className={styles.name}>{customer.name}</Title>
        <span className={styles.number}>{customer.customer_no}</span>
        <Marks customer={customer} />
        {marks}
        {customer.recycle_at && daysFromToday(customer.recycle_at) <= SOON_DAYS && <Recycle row={customer} />}
      </div>
      <div className={styles.buttons}>
        {inPool && <ClaimButton customer={customer} access={access} />}
        {!inPool && (
          <AccessButton type="primary" icon={<PencilLine size={14} />} access={actions?.follow_up} onClick={onWrite}>
            {t("follow_up.write")}
          </AccessButton>
        )}
        {!narrow && (
          <AccessButton icon={<SquarePen size={14} />} access={actions?.edit} onClick={onEdit}>
            {t("common.edit")}
          </AccessButton>
        )}
        {extra}
        <MoreMenu customer={customer} access={access} onEdit={onEdit} onReturn={onReturn} onHold={onHold} />
        <FrameButtons frame={frame} />
      </div>
    </div>
  );
}

function Marks({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  return (
    <>
      {customer.visibility === "private" && (
        <Tooltip title={t("detail.privateHint")}>
          <span className={styles.mark} role="img" aria-label={t("detail.private")}>
            <EyeOff size={14} aria-hidden />
          </span>
        </Tooltip>
      )}
      {customer.locked_at && (
        <Tooltip title={t("detail.lockedHint", { name: customer.locked_by?.name ?? "", time: formatTime(customer.locked_at) })}>
          <span className={styles.mark} role="img" aria-label={t("detail.locked")}>
            <Lock size={14} aria-hidden />
          </span>
        </Tooltip>
      )}
      {customer.state !== "owned" && <span className={styles.stateMark}>{t(customer.state === "pool" ? "view.pool" : "common.unassigned")}</span>}
    </>
  );
}

function StarButton({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const showProblem = useProblemToast();
  const key = customerKeys.one(customer.customer_id);
  const show = (starred: boolean) => client.setQueryData<Customer>(key, (before) => before && { ...before, starred });
  function toggle(): void {
    const starred = !customer.starred;
    show(starred);
    void setStar(customer.customer_id, starred).then(
      () => {
        void client.invalidateQueries({ queryKey: customerKeys.lists });
        void client.invalidateQueries({ queryKey: customerKeys.counts });
      },
      (error: unknown) => {
        show(!starred);
        showProblem(error);
      },
    );
  }
  const label = t(customer.starred ? "detail.unstar" : "detail.star");
  return (
    <button type="button" className={styles.star} data-action="star" data-on={customer.starred || undefined} aria-pressed={customer.starred} aria-label={label} title={label} onClick={toggle}>
      <Star size={17} fill={customer.starred ? "currentColor" : "none"} aria-hidden />
    </button>
  );
}

function ClaimButton({ customer, access }: { customer: Customer; access: Access | undefined }) {
  const { t } = useTranslation();
  const sayDone = useSaidDone();
  const hint = useClaimHint();
  const cache = useCustomerCache(customer.customer_id);
  const showProblem = useProblemToast();
  function claim(): void {
    void claimCustomer(customer.customer_id).then(
      ({ answer, batchId }) => {
        cache.put(answer);
        sayDone(t("ownership.claimed", { name: customer.name }), batchId, hint);
      },
      (error: unknown) => {
        showProblem(error);
        void cache.refresh();
      },
    );
  }
  return (
    <AccessButton type="primary" icon={<Hand size={14} />} access={access?.actions.claim} onClick={claim}>
      {t("ownership.claim")}
    </AccessButton>
  );
}

function MoreMenu({ customer, access, onEdit, onReturn, onHold }: Pick<Props, "customer" | "access" | "onEdit" | "onReturn" | "onHold">) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const { message } = App.useApp();
  const refusable = (label: string, action: Access["actions"]["edit"]): { label: ReactNode; disabled: boolean } => {
    const reason = accessReason(action);
    return {
      disabled: !action?.allowed,
      label: reason ? (
        <span className={styles.refused}>
          {label}
          <small>{reason}</small>
        </span>
      ) : (
        label
      ),
    };
  };
  const copyLink = () => void navigator.clipboard?.writeText(`${location.origin}/customers/${customer.customer_id}`).then(() => message.success(t("common.copied"), 1.5));
  const items = [
    ...(narrow ? [{ key: "edit", icon: <SquarePen size={14} />, onClick: onEdit, ...refusable(t("common.edit"), access?.actions.edit) }] : []),
    ...(customer.state === "pool" ? [] : [{ key: "hold", icon: <ShieldCheck size={14} />, onClick: onHold, ...refusable(t(customer.hold_until ? "lock.changeHold" : "lock.holdMenu"), access?.actions.hold) }]),
    ...(customer.state === "pool" ? [] : [{ key: "return", icon: <Waves size={14} />, onClick: onReturn, ...refusable(t("ownership.return"), access?.actions.return_to_pool) }]),
    { key: "link", icon: <Link2 size={14} />, label: t("detail.copyLink"), onClick: copyLink },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
      <Button icon={<Ellipsis size={15} />} aria-label={t("common.more")} />
    </Dropdown>
  );
}

function FrameButtons({ frame }: { frame: PanelFrame }) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  if (!frame.onClose) return null;
  const walk = frame.onPrevious !== undefined || frame.onNext !== undefined;
  return (
    <span className={styles.frameButtons}>
      {walk && !narrow && (
        <>
          <Tooltip title={<>{t("detail.previous")} · [</>}>
            <Button type="text" icon={<ChevronUp size={16} />} aria-label={t("detail.previous")} disabled={!frame.onPrevious} onClick={frame.onPrevious} />
          </Tooltip>
          <Tooltip title={<>{t("detail.next")} · ]</>}>
            <Button type="text" icon={<ChevronDown size={16} />} aria-label={t("detail.next")} disabled={!frame.onNext} onClick={frame.onNext} />
          </Tooltip>
        </>
      )}
      {frame.onFullPage && !narrow && (
        <Tooltip title={t("detail.fullPage")}>
          <Button type="text" icon={<Maximize2 size={15} />} aria-label={t("detail.fullPage")} onClick={frame.onFullPage} />
        </Tooltip>
      )}
      <Button type="text" icon={<X size={17} />} aria-label={t("common.close")} onClick={frame.onClose} />
    </span>
  );
}
