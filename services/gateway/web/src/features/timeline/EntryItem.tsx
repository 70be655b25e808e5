/** One entry of the timeline: who did what, every changed field before and after, and what was said. */
import { useQuery } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFieldText } from "@/api/field_text";
import { customFieldsQuery, useCustomLabel } from "@/api/custom_field";
import { fieldsQuery, useFieldLabel, useOptions } from "@/api/option";
import type { TimelineChange, TimelineEntry } from "@/api/timeline";
import { entryIcon, payloadText, sentenceKey, tagNames } from "@/features/timeline/entry";
import styles from "@/features/timeline/TimelinePanel.module.css";
import { formatTime, inZone } from "@/lib/time";
import { MemberAvatar } from "@/ui/MemberAvatar";

const CHANGES_SHOWN = 5;
/** What is no field of the form, but changes with a customer. */
const OWN_LABELS: Record<string, string> = { locked: "lock.lock", hold_until: "lock.until", hold_reason: "lock.reason" };

/** The sentence of a lock or a hold says it; as part of another change it is listed. */
const saidAlready = (type: string, field: string): boolean => field in OWN_LABELS && /locked|held|hold/.test(type);

export function EntryItem({ entry, fresh }: { entry: TimelineEntry; fresh: boolean }) {
  const { t } = useTranslation();
  const Icon = entryIcon(entry.type);
  const sentence = useSentence();
  const content = payloadText(entry, "content") || payloadText(entry, "message");
  const note = payloadText(entry, "note");
  return (
    <li className={styles.entry} data-fresh={fresh || undefined} id={`event-${entry.event_id}`}>
      <span className={styles.icon} data-kind={entry.type.split(".")[0]} aria-hidden>
        <Icon size={14} />
      </span>
      <div className={styles.body}>
        <p className={styles.line}>
          <span className={styles.actor}>
            <MemberAvatar member={entry.actor.member_id ? entry.actor : { member_id: null, name: t("timeline.system") }} size={18} withName />
          </span>
          <span className={styles.what}>{sentence(entry)}</span>
          <time className={styles.time} dateTime={entry.occurred_at} title={formatTime(entry.occurred_at)}>
            {inZone(entry.occurred_at).format("HH:mm")}
          </time>
        </p>
        {content && <p className={styles.content}>{content}</p>}
        {note && <p className={styles.content}>{note}</p>}
        <ChangeList changes={entry.changes.filter((change) => !saidAlready(entry.type, change.field))} created={entry.type === "customer.created"} />
      </div>
    </li>
  );
}

/** What was done, in one line of the user's language. */
function useSentence(): (entry: TimelineEntry) => string {
  const { t } = useTranslation();
  const { find } = useOptions();
  return (entry) => {
    const owner = entry.changes.find((change) => change.field === "owner");
    const reason = find("return_reason", payloadText(entry, "reason"))?.label;
    return t(sentenceKey(entry.type), {
      name: payloadText(entry, "name"),
      role: t(`timeline.role.${payloadText(entry, "role") || "viewer"}`),
      owner: owner?.after_text ?? "",
      method: find("follow_up_method", payloadText(entry, "method"))?.label ?? payloadText(entry, "method_text"),
      reason: reason ?? (payloadText(entry, "reason_text") || payloadText(entry, "reason")),
      until: payloadText(entry, "until"),
      tags: tagNames(entry, "tags"),
      replaced: tagNames(entry, "replaced"),
      context: contextOf(entry),
    });
  };
}

/** The variant of a sentence: how it came to be, or what was undone. */
function contextOf(entry: TimelineEntry): string | undefined {
  if (entry.type === "customer.undone") return payloadText(entry, "verb");
  if (entry.payload.merged === true) return "merged";
  if (entry.type === "customer.tagged" && entry.payload.replaced) return "replaced";
  return entry.type === "customer.created" && payloadText(entry, "source") === "import" ? "import" : undefined;
}

function ChangeList({ changes, created }: { changes: TimelineChange[]; created: boolean }) {
  const { t } = useTranslation();
  const { data } = useQuery(fieldsQuery);
  const [all, setAll] = useState(false);
  if (changes.length === 0) return null;
  const place = (change: TimelineChange) => data?.fields.findIndex((field) => field.field === change.field) ?? 0;
  const ordered = [...changes].sort((left, right) => place(left) - place(right));
  const shown = all ? ordered : ordered.slice(0, CHANGES_SHOWN);
  return (
    <ul className={styles.changes}>
      {shown.map((change) => (
        <Change key={change.field} change={change} created={created} />
      ))}
      {shown.length < changes.length && (
        <li>
          <button type="button" className={styles.moreChanges} onClick={() => setAll(true)}>
            {t("timeline.moreChanges", { count: changes.length - shown.length })}
          </button>
        </li>
      )}
    </ul>
  );
}

function Change({ change, created }: { change: TimelineChange; created: boolean }) {
  const { t } = useTranslation();
  const label = useChangedLabel(change.field);
  const text = useChangeText();
  const before = text(change, "before");
  const after = text(change, "after");
  return (
    <li className={styles.change}>
      <span className={styles.field}>{change.field in OWN_LABELS ? t(OWN_LABELS[change.field] ?? "") : label}</span>
      {!created && <span className={before ? styles.before : styles.nothing}>{before || t("timeline.nothing")}</span>}
      {!created && <ArrowRight size={12} aria-label={t("timeline.becomes")} className={styles.arrow} />}
      <span className={after ? styles.after : styles.nothing}>{after || t("timeline.nothing")}</span>
    </li>
  );
}

/** What a field is called; a custom one that was retired since, as it was called last. */
function useChangedLabel(field: string): string {
  const known = useFieldLabel()(field);
  const customLabel = useCustomLabel();
  const { data } = useQuery({ ...customFieldsQuery, enabled: field.startsWith("cf_") && known === field });
  const retired = data?.items.find((each) => each.key === field);
  return retired ? customLabel(retired) : known;
}

/** Choices and times are said in the reader's language; everything else as it was shown then. */
function useChangeText(): (change: TimelineChange, side: "before" | "after") => string {
  const { t } = useTranslation();
  const fieldText = useFieldText();
  return (change, side) => {
    const value = change[side];
    if (change.field === "locked") return t(value ? "common.yes" : "common.no");
    const then = change[`${side}_text`];
    if (value === null || value === undefined || value === "") return then ?? "";
    const now = fieldText(change.field, value);
    return now && now !== String(value) ? now : (then ?? now);
  };
}
