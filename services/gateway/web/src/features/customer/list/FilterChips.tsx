/** Quick filters: each chip is a small list with a search; an active one names what it holds and can be taken off. */
import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Empty, Input, Popover, Radio } from "antd";
import { ChevronDown, X } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { searchMembers } from "@/api/member";
import { useOptions, type OptionView } from "@/api/option";
import { useMe } from "@/api/session";
import { tagsQuery, useTagsById } from "@/api/tag";
import styles from "@/features/customer/list/FilterChips.module.css";
import { useOwnerName } from "@/features/customer/list/useOwnerName";
import { isComposing } from "@/lib/keys";
import { CONDITION_CHIPS, joinList, splitList, type Chip, type ConditionChip, type ListSearch, type ListView } from "@/lib/listSearch";
import { matchesText } from "@/lib/match";
import { MemberPicker } from "@/ui/MemberPicker";
import { StatusDot } from "@/ui/StatusDot";
import { tagText } from "@/ui/TagChip";

export type ChangeChips = (change: { [chip in Chip | ConditionChip]?: string | undefined }) => void;

type OptionChipName = Exclude<Chip, "owner_id">;

/** Chips that can narrow a view: one of mine, unassigned or pooled customers has no choice of owner. */
export function chipsOf(view: ListView): Chip[] {
  const owner: Chip[] = view === "mine" || view === "unassigned" || view === "pool" ? [] : ["owner_id"];
  return ["status", "level", ...owner, "province", "source", "industry"];
}

export function FilterChips({ search, onChange, onClear }: { search: ListSearch; onChange: ChangeChips; onClear: () => void }) {
  const { t } = useTranslation();
  const shown = chipsOf(search.view);
  const active = [...shown, ...CONDITION_CHIPS].some((chip) => search[chip]);
  return (
    <div className={styles.chips} role="group" aria-label={t("list.filters")}>
      {shown.map((chip) => (chip === "owner_id" ? <OwnerChip key={chip} value={search.owner_id} onChange={(value) => onChange({ owner_id: value })} /> : <OptionChip key={chip} chip={chip} value={search[chip]} onChange={(value) => onChange({ [chip]: value })} />))}
      <TagsChip value={search.tags} onChange={(value) => onChange({ tags: value })} />
      <FollowedChip value={search.followed} onChange={(value) => onChange({ followed: value })} />
      {active && (
        <Button type="text" size="small" className={styles.clear} onClick={onClear}>
          {t("list.clearFilters")}
        </Button>
      )}
    </div>
  );
}

function ChipButton({ label, held, onClear }: { label: string; held: string; onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <span className={styles.chip} data-active={held !== "" || undefined}>
      <button type="button" className={styles.open}>
        <span>{label}</span>
        {held ? <strong className={styles.held}>{held}</strong> : <ChevronDown size={13} aria-hidden />}
      </button>
      {held && (
        <button
          type="button"
          className={styles.off}
          aria-label={t("list.clearOne", { label })}
          onClick={(event) => {
            event.stopPropagation();
            onClear();
          }}
        >
          <X size={12} aria-hidden />
        </button>
      )}
    </span>
  );
}

function OptionChip({ chip, value, onChange }: { chip: OptionChipName; value: string | undefined; onChange: (value: string | undefined) => void }) {
  const { t } = useTranslation();
  const { find } = useOptions();
  const [open, setOpen] = useState(false);
  const values = splitList(value);
  const first = find(chip, values[0])?.label ?? "";
  const held = values.length > 1 ? t("list.chipMore", { first, count: values.length - 1 }) : first;
  return (
    <Popover trigger="click" placement="bottomLeft" arrow={false} open={open} onOpenChange={setOpen} destroyOnHidden content={<OptionList list={chip} values={values} onChange={(next) => onChange(joinList(next))} />}>
      <span>
        <ChipButton label={t(`field.${chip}`)} held={held} onClear={() => onChange(undefined)} />
      </span>
    </Popover>
  );
}

function TagsChip({ value, onChange }: { value: string | undefined; onChange: (value: string | undefined) => void }) {
  const { t } = useTranslation();
  const tags = useQuery(tagsQuery).data?.items ?? [];
  const [open, setOpen] = useState(false);
  const values = splitList(value);
  const tagOf = useTagsById(values);
  const held = values.slice(0, 1).map(tagOf);
  const first = held.map((tag) => (tag ? tagText(t, tag) : tag === null ? t("filter.goneValue") : "…")).join("");
  const options = tags.map((tag) => ({ value: tag.tag_id, label: tag.name, color: tag.color, search: tag.search }));
  if (tags.length === 0 && values.length === 0) return null;
  return (
    <Popover trigger="click" placement="bottomLeft" arrow={false} open={open} onOpenChange={setOpen} destroyOnHidden content={<Choices label={t("filter.tags")} all={options} values={values} onChange={(next) => onChange(joinList(next))} />}>
      <span>
        <ChipButton label={t("filter.tags")} held={values.length > 1 ? t("list.chipMore", { first, count: values.length - 1 }) : first} onClear={() => onChange(undefined)} />
      </span>
    </Popover>
  );
}

/** When the latest follow-up was, as people ask for it; any other time is a condition of the builder. */
export const FOLLOWED = ["relative:today", "relative:this_week", "last_days:7", "last_days:30", "more_than_days_ago:7", "more_than_days_ago:14", "more_than_days_ago:30", "is_empty"] as const;

export function useFollowedText(): (value: string) => string {
  const { t } = useTranslation();
  return (value) => {
    const [op = "", amount = ""] = value.split(":");
    return op === "relative" ? t(`filter.period.${amount}`) : t(`list.followed.${op}`, { count: Number(amount) });
  };
}

function FollowedChip({ value, onChange }: { value: string | undefined; onChange: (value: string | undefined) => void }) {
  const { t } = useTranslation();
  const textOf = useFollowedText();
  const [open, setOpen] = useState(false);
  const pick = (next: string | undefined) => {
    setOpen(false);
    onChange(next);
  };
  const content = (
    <div className={styles.panel} role="dialog" aria-label={t("list.followed.title")}>
      <Radio.Group className={styles.times} value={value ?? null} aria-label={t("list.followed.title")} onChange={(event) => pick(event.target.value as string)}>
        {FOLLOWED.map((each) => (
          <Radio key={each} value={each} className={styles.option}>
            {textOf(each)}
          </Radio>
        ))}
      </Radio.Group>
    </div>
  );
  return (
    <Popover trigger="click" placement="bottomLeft" arrow={false} open={open} onOpenChange={setOpen} destroyOnHidden content={content}>
      <span>
        <ChipButton label={t("list.followed.title")} held={value ? textOf(value) : ""} onClear={() => pick(undefined)} />
      </span>
    </Popover>
  );
}

function OptionList({ list, values, onChange }: { list: string; values: string[]; onChange: (values: string[]) => void }) {
  const { t } = useTranslation();
  const { choices } = useOptions();
  return <Choices label={t(`field.${list}`)} all={choices(list)} values={values} onChange={onChange} />;
}

type Choice = Pick<OptionView, "value" | "label" | "color"> & { search?: string };

function Choices({ label, all, values, onChange }: { label: string; all: Choice[]; values: string[]; onChange: (values: string[]) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const shown = useMemo(() => all.filter((option) => matchesText(text, option.label, option.search ?? option.value)), [all, text]);
  const toggle = (option: Choice) => onChange(values.includes(option.value) ? values.filter((each) => each !== option.value) : [...values, option.value]);
  return (
    <div className={styles.panel} role="dialog" aria-label={label}>
      {all.length > 8 && (
        <Input
          size="small"
          autoFocus
          allowClear
          value={text}
          placeholder={t("common.search")}
          aria-label={t("common.search")}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            const only = shown[0];
            if (event.key === "Enter" && !isComposing(event) && only && text) toggle(only);
          }}
        />
      )}
      <div className={styles.options} role="group" aria-label={label}>
        {shown.map((option) => (
          <label key={option.value} className={styles.option}>
            <Checkbox checked={values.includes(option.value)} onChange={() => toggle(option)} />
            {option.color ? <StatusDot label={option.label} color={option.color} /> : <span>{option.label}</span>}
          </label>
        ))}
        {shown.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("common.noMatch")} />}
      </div>
    </div>
  );
}

function OwnerChip({ value, onChange }: { value: string | undefined; onChange: (value: string | undefined) => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const [open, setOpen] = useState(false);
  const name = useOwnerName(value);
  const pick = (memberId: string | undefined) => {
    setOpen(false);
    onChange(memberId);
  };
  const content = (
    <div className={styles.panel} role="dialog" aria-label={t("field.owner")}>
      <MemberPicker value={value ? { member_id: value, name } : null} onChange={(member) => pick(member?.member_id)} load={searchMembers} label={t("field.owner")} placeholder={t("list.pickMember")} allowClear autoFocus />
      <Button type="link" size="small" className={styles.mine} onClick={() => pick(me.member_id)}>
        {t("list.ownerMe")}
      </Button>
    </div>
  );
  return (
    <Popover trigger="click" placement="bottomLeft" arrow={false} open={open} onOpenChange={setOpen} destroyOnHidden content={content}>
      <span>
        <ChipButton label={t("field.owner")} held={value ? name || "…" : ""} onClear={() => pick(undefined)} />
      </span>
    </Popover>
  );
}
