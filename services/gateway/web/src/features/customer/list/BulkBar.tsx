/** What can be done with the chosen customers; lies where the quick filters were. */
import { Button, Dropdown } from "antd";
import { Download, Eraser, HandGrab, Lock, LockOpen, Pencil, ShieldCheck, ShieldOff, Star, StarOff, UserRoundPen, Tag as TagIcon, Waves, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { LockVerb } from "@/api/lock";
import type { BatchVerb } from "@/features/customer/batch/useBatch";
import styles from "@/features/customer/list/BulkBar.module.css";
import { countText, type Count } from "@/lib/count";

type Props = {
  chosen: number;
  /** Everything that matches is chosen, loaded or not. */
  all: boolean;
  /** How many match in all; offered when more match than are chosen. */
  count: Count | null;
  onChooseAll: () => void;
  onClear: () => void;
  running: BatchVerb | null;
  onAssign?: () => void;
  onEdit?: () => void;
  onReturn?: () => void;
  onClaim?: () => void;
  onLock?: (verb: LockVerb) => void;
  onHold?: () => void;
  onTag: () => void;
  onUntag: () => void;
  onStar: () => void;
  onUnstar?: () => void;
  onExport?: () => void;
};

export function BulkBar(props: Props) {
  const { t } = useTranslation();
  const { chosen, all, count, running } = props;
  const busy = running !== null;
  return (
    <div className={styles.bar} role="toolbar" aria-label={t("batch.bar")}>
      <span className={styles.chosen} aria-live="polite">
        {all && count ? t("batch.chosenAll", { total: countText(count) }) : t("batch.chosen", { count: chosen })}
      </span>
      {!all && count && count.value > chosen && (
        <Button type="link" size="small" onClick={props.onChooseAll}>
          {t("batch.chooseAll", { total: countText(count) })}
        </Button>
      )}
      <span className={styles.rule} aria-hidden />
      <div className={styles.actions}>
        {props.onClaim && (
          <Button size="small" type="primary" icon={<HandGrab size={14} />} loading={running === "claim"} disabled={busy} onClick={props.onClaim}>
            {t("batch.claim")}
          </Button>
        )}
        {props.onAssign && (
          <Button size="small" icon={<UserRoundPen size={14} />} loading={running === "assign"} disabled={busy} onClick={props.onAssign}>
            {t("batch.assign")}
          </Button>
        )}
        {props.onEdit && (
          <Button size="small" icon={<Pencil size={14} />} loading={running === "edit"} disabled={busy} onClick={props.onEdit}>
            {t("batch.edit")}
          </Button>
        )}
        {props.onReturn && (
          <Button size="small" icon={<Waves size={14} />} loading={running === "return_to_pool"} disabled={busy} onClick={props.onReturn}>
            {t("batch.return_to_pool")}
          </Button>
        )}
        <Button size="small" icon={<TagIcon size={14} />} loading={running === "tag"} disabled={busy} onClick={props.onTag}>
          {t("batch.tag")}
        </Button>
        <Button size="small" icon={<Eraser size={14} />} loading={running === "untag"} disabled={busy} onClick={props.onUntag}>
          {t("batch.untag")}
        </Button>
        <Button size="small" icon={<Star size={14} />} loading={running === "star"} disabled={busy} onClick={props.onStar}>
          {t("batch.star")}
        </Button>
        {props.onUnstar && (
          <Button size="small" icon={<StarOff size={14} />} loading={running === "unstar"} disabled={busy} onClick={props.onUnstar}>
            {t("batch.unstar")}
          </Button>
        )}
        {props.onLock && props.onHold && <Protecting running={running} busy={busy} onLock={props.onLock} onHold={props.onHold} />}
        {props.onExport && (
          <Button size="small" icon={<Download size={14} />} disabled={busy} onClick={props.onExport}>
            {t("batch.export")}
          </Button>
        )}
      </div>
      <Button size="small" type="text" className={styles.close} icon={<X size={15} />} aria-label={t("batch.clear")} title={`${t("batch.clear")} · Esc`} onClick={props.onClear} />
    </div>
  );
}

/** Lock and hold are two things that people mix up: side by side, each with what it does. */
function Protecting({ running, busy, onLock, onHold }: { running: BatchVerb | null; busy: boolean; onLock: (verb: LockVerb) => void; onHold: () => void }) {
  const { t } = useTranslation();
  const entry = (verb: LockVerb | "hold", icon: ReactNode, onClick: () => void) => ({
    key: verb,
    icon,
    onClick,
    label: (
      <span className={styles.entry}>
        {t(`batch.${verb}`)}
        <small>{t(`batch.means.${verb}`)}</small>
      </span>
    ),
  });
  const items = [
    entry("lock", <Lock size={14} />, () => onLock("lock")),
    entry("unlock", <LockOpen size={14} />, () => onLock("unlock")),
    entry("hold", <ShieldCheck size={14} />, onHold),
    entry("release_hold", <ShieldOff size={14} />, () => onLock("release_hold")),
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]} disabled={busy}>
      <Button size="small" icon={<Lock size={14} />} loading={running === "lock" || running === "unlock" || running === "hold" || running === "release_hold"} disabled={busy}>
        {t("batch.protect")}
      </Button>
    </Dropdown>
  );
}
