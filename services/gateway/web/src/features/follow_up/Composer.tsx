/** Writes a follow-up: what was said, the new status and level, the next contact; one save writes all of it. */
import { Button, DatePicker, Input, Select, Tooltip, type GetRef } from "antd";
import { CornerDownLeft, X } from "lucide-react";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Customer } from "@/api/customer";
import { useCustomerCache } from "@/api/customer_cache";
import { recordFollowUp, type RecordFollowUp } from "@/api/follow_up";
import { useOptions } from "@/api/option";
import styles from "@/features/follow_up/Composer.module.css";
import { EMPTY, forgetDraft, isEmpty, keepDraft, readDraft, type Draft } from "@/features/follow_up/draft";
import { methodIcon } from "@/features/follow_up/methodIcons";
import { randomId } from "@/lib/ids";
import { commandKey, isComposing } from "@/lib/keys";
import { fromWall, wallOf } from "@/lib/time";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { NextContactPicker } from "@/ui/NextContactPicker";
import { StatusDot } from "@/ui/StatusDot";

/** `asked` counts how often somebody wanted to write: each time the text takes the focus, also when the composer comes later. */
type Props = { customer: Customer; asked: number };

function bodyOf(draft: Draft): RecordFollowUp {
  return {
    method: draft.method,
    content: draft.content.trim(),
    ...(draft.followedAt ? { followed_at: draft.followedAt } : {}),
    ...(draft.status ? { status: draft.status } : {}),
    ...(draft.level ? { level: draft.level } : {}),
    ...(draft.nextContactAt ? { next_contact_at: draft.nextContactAt } : {}),
  };
}

export function Composer({ customer, asked }: Props) {
  const { t } = useTranslation();
  const { customer_id: customerId } = customer;
  const cache = useCustomerCache(customerId);
  const [draft, setDraft] = useState(() => readDraft(customerId));
  const [open, setOpen] = useState(() => !isEmpty(readDraft(customerId)));
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  // The same key until it is saved: pressing twice, or again after a lost answer, records one follow-up.
  const key = useRef(randomId());
  const text = useRef<GetRef<typeof Input.TextArea>>(null);
  useEffect(() => keepDraft(customerId, draft), [customerId, draft]);
  useEffect(() => {
    if (asked > 0) text.current?.focus();
  }, [asked]);

  const change = (part: Partial<Draft>) => {
    key.current = randomId();
    setDraft((before) => ({ ...before, ...part }));
  };
  const clear = () => {
    forgetDraft(customerId);
    setDraft({ ...EMPTY, method: draft.method });
    setError(null);
  };

  async function save(): Promise<void> {
    if (saving || draft.content.trim() === "") return;
    setSaving(true);
    setError(null);
    try {
      await recordFollowUp(customerId, bodyOf(draft), key.current);
      key.current = randomId();
      clear();
      setOpen(false);
      await cache.refresh();
    } catch (problem) {
      setError(problem);
    } finally {
      setSaving(false);
    }
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (isComposing(event) || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    void save();
  }

  return (
    <section className={styles.box} aria-label={t("follow_up.write")} onKeyDown={onKeyDown}>
      <Methods value={draft.method} onChange={(method) => change({ method })} />
      <Input.TextArea
        ref={text}
        className={styles.text}
        variant="borderless"
        rows={open ? 3 : 2}
        maxLength={10_000}
        value={draft.content}
        placeholder={t("follow_up.placeholder")}
        aria-label={t("follow_up.content")}
        onFocus={() => setOpen(true)}
        onChange={(event) => change({ content: event.target.value })}
      />
      {(open || !isEmpty(draft)) && <Extras customer={customer} draft={draft} onChange={change} />}
      <ErrorBanner error={error} />
      <div className={styles.foot}>
        <span className={styles.hint}>{isEmpty(draft) ? null : t("follow_up.draftKept")}</span>
        {!isEmpty(draft) && (
          <Button type="text" size="small" icon={<X size={13} />} onClick={clear}>
            {t("follow_up.discard")}
          </Button>
        )}
        <Tooltip title={`${commandKey} Enter`}>
          <Button type="primary" size="small" icon={<CornerDownLeft size={13} />} loading={saving} disabled={draft.content.trim() === ""} onClick={() => void save()}>
            {t("follow_up.save")}
          </Button>
        </Tooltip>
      </div>
    </section>
  );
}

function Methods({ value, onChange }: { value: string; onChange: (method: string) => void }) {
  const { t } = useTranslation();
  const { choices } = useOptions();
  return (
    <div className={styles.methods} role="radiogroup" aria-label={t("follow_up.method")}>
      {choices("follow_up_method").map((method) => {
        const Icon = methodIcon(method.value);
        return (
          <button key={method.value} type="button" role="radio" aria-checked={method.value === value} className={styles.method} onClick={() => onChange(method.value)}>
            <Icon size={13} aria-hidden />
            {method.label}
          </button>
        );
      })}
    </div>
  );
}

function Extras({ customer, draft, onChange }: { customer: Customer; draft: Draft; onChange: (part: Partial<Draft>) => void }) {
  const { t } = useTranslation();
  const { choices, find } = useOptions();
  const choice = (list: "status" | "level", now: string | null) => ({
    size: "small" as const,
    allowClear: true,
    value: draft[list],
    placeholder: find(list, now)?.label ?? t("follow_up.unchanged"),
    options: choices(list).map((option) => ({ value: option.value, label: <StatusDot label={option.label} color={option.color} /> })),
    onChange: (value: string | undefined) => onChange({ [list]: value && value !== now ? value : null }),
  });
  return (
    <div className={styles.extras}>
      <label className={styles.pair}>
        <span>{t("follow_up.status")}</span>
        <Select className={styles.choice} aria-label={t("follow_up.status")} {...choice("status", customer.status)} />
      </label>
      <label className={styles.pair}>
        <span>{t("follow_up.level")}</span>
        <Select className={styles.choice} aria-label={t("follow_up.level")} {...choice("level", customer.level ?? null)} />
      </label>
      <label className={styles.pair}>
        <span>{t("follow_up.followedAt")}</span>
        <DatePicker
          size="small"
          className={styles.time}
          showTime={{ format: "HH:mm", minuteStep: 5 }}
          format="MM-DD HH:mm"
          placeholder={t("follow_up.now")}
          aria-label={t("follow_up.followedAt")}
          value={draft.followedAt ? wallOf(draft.followedAt) : null}
          disabledDate={(day) => day.isAfter(wallOf(new Date().toISOString()), "day")}
          onChange={(day) => onChange({ followedAt: day ? fromWall(day.format("YYYY-MM-DD HH:mm")) : null })}
        />
      </label>
      <div className={styles.pair}>
        <span>{t("follow_up.nextContact")}</span>
        <NextContactPicker label={t("follow_up.nextContact")} value={draft.nextContactAt} onChange={(nextContactAt) => onChange({ nextContactAt })} />
      </div>
    </div>
  );
}
