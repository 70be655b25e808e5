/** One batch: what was done to whom, how far it is, what was skipped, and undo while there is time. */
import { useQueryClient } from "@tanstack/react-query";
import { Button, Progress } from "antd";
import { ArrowLeftRight, Hand, Lock, LockOpen, Pencil, ShieldCheck, ShieldOff, Star, StarOff, Tag, Undo2, Waves, X, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { cancelBatch, unfinished, type BatchSummary } from "@/api/batch";
import { useFieldText } from "@/api/field_text";
import { useFieldLabel, useOptions } from "@/api/option";
import { useTagsById } from "@/api/tag";
import styles from "@/features/customer/batch/BatchTray.module.css";
import { codeText } from "@/lib/problem";
import { inZone, now } from "@/lib/time";
import { RelativeTime } from "@/ui/RelativeTime";
import { tagText } from "@/ui/TagChip";
import { useProblemToast } from "@/ui/useProblemToast";

const ICONS: Record<string, LucideIcon> = { assign: ArrowLeftRight, return_to_pool: Waves, claim: Hand, edit: Pencil, star: Star, unstar: StarOff, tag: Tag, untag: Tag, lock: Lock, unlock: LockOpen, hold: ShieldCheck, release_hold: ShieldOff, undo: Undo2 };

type Props = { batch: BatchSummary; undoing: boolean; onUndo: () => void; onResult: () => void };

export function BatchItem({ batch, undoing, onUndo, onResult }: Props) {
  const { t } = useTranslation();
  const Icon = ICONS[batch.verb] ?? Pencil;
  const details = useDetails(batch);
  const client = useQueryClient();
  const showProblem = useProblemToast();
  const running = unfinished(batch);
  const cancel = () => void cancelBatch(batch.batch_id).catch(showProblem).finally(() => void client.invalidateQueries({ queryKey: ["batches"] }));
  return (
    <li className={styles.batch} data-state={batch.state}>
      <Icon size={16} className={styles.icon} aria-hidden />
      <div className={styles.body}>
        <p className={styles.name}>{useTitle(batch)}</p>
        {details && <p className={styles.facts}>{details}</p>}
        {running && <Progress percent={Math.floor(((batch.done + batch.skipped) / Math.max(1, batch.total)) * 100)} size="small" aria-label={t("batch.progress")} />}
        <p className={styles.facts}>
          <span>{running ? t("batch.soFar", { done: batch.done + batch.skipped, total: batch.total }) : t("batch.done", { count: batch.done })}</span>
          {batch.skipped > 0 && (
            <button type="button" className={styles.link} onClick={onResult}>
              {t("batch.skipped", { count: batch.skipped })}
            </button>
          )}
          {(batch.state === "cancelled" || batch.state === "failed" || batch.state === "queued") && <span className={styles.state}>{t(`batch.state.${batch.state}`)}</span>}
          <RelativeTime time={batch.created_at} />
        </p>
        {batch.error_code && <p className={styles.error}>{codeText(batch.error_code, {}, 403)}</p>}
      </div>
      {running && batch.verb !== "undo" ? (
        <Button size="small" icon={<X size={13} />} onClick={cancel}>
          {t("common.cancel")}
        </Button>
      ) : (
        <UndoPart batch={batch} undoing={undoing} onUndo={onUndo} />
      )}
    </li>
  );
}

function UndoPart({ batch, undoing, onUndo }: { batch: BatchSummary; undoing: boolean; onUndo: () => void }) {
  const { t } = useTranslation();
  if (batch.undo_refused === null) {
    const minutes = batch.undo_until ? Math.max(1, Math.ceil(inZone(batch.undo_until).diff(now(), "second") / 60)) : null;
    return (
      <span className={styles.undo}>
        <Button size="small" icon={<Undo2 size={13} />} loading={undoing} onClick={onUndo}>
          {t("batch.undo")}
        </Button>
        {minutes !== null && <span className={styles.hint}>{t("batch.minutesLeft", { count: minutes })}</span>}
      </span>
    );
  }
  const told = ["already_undone", "undo_expired"].includes(batch.undo_refused);
  return told ? <span className={styles.hint}>{t(`batch.refused.${batch.undo_refused}`)}</span> : null;
}

/** "Assigned 37 customers", or the name where it was one. */
function useTitle(batch: BatchSummary): string {
  const { t } = useTranslation();
  const undone = batch.verb === "undo" ? String(batch.parameters.verb ?? "") : "";
  const what = t(`batch.what.${undone || batch.verb}`);
  const whom = batch.total === 1 && batch.customer ? String(batch.customer.name) : t("batch.customers", { count: batch.total });
  return t(undone ? "batch.undidLine" : "batch.line", { what, whom });
}

/** To whom, why, or which values. */
function useDetails(batch: BatchSummary): string {
  const { t } = useTranslation();
  const { find } = useOptions();
  const label = useFieldLabel();
  const text = useFieldText();
  const { parameters } = batch;
  const tagIds = batch.verb === "tag" || batch.verb === "untag" ? ((parameters.tag_ids ?? []) as string[]) : [];
  const tagOf = useTagsById(tagIds);
  if (tagIds.length > 0) return tagIds.map((tagId) => tagOf(tagId)).flatMap((tag) => (tag ? [tagText(t, tag)] : [])).join(t("filter.comma"));
  if (batch.verb === "assign") return t("batch.toMembers", { names: batch.members.map((member) => member.name).join(t("filter.comma")) });
  if (batch.verb === "return_to_pool") return [find("return_reason", String(parameters.reason))?.label, parameters.note].filter(Boolean).join(" · ");
  if (batch.verb === "hold") return t("batch.heldUntil", { day: String(parameters.until), reason: String(parameters.reason) });
  if (batch.verb !== "edit") return "";
  const { custom, ...fixed } = (parameters.values ?? {}) as Record<string, unknown>;
  const values = Object.entries({ ...fixed, ...((custom ?? {}) as Record<string, unknown>) });
  return values.map(([field, value]) => `${label(field)}: ${value === null ? t("batch.emptied") : text(field, value)}`).join(" · ");
}
