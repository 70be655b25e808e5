/** Quick filters: each chip is a small list with a search; an active one names what it holds and can be taken off. */
import { Button, Checkbox, Empty, Input, Popover } from "antd";
import { ChevronDown, X } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { searchMembers } from "@/api/member";
import { useOptions, type OptionView } from "@/api/option";
import { useMe } from "@/api/session";
import styles from "@/features/customer/list/FilterChips.module.css";
import { useOwnerName } from "@/features/customer/list/useOwnerName";
import { isComposing } from "@/lib/keys";
import { joinList, splitList, type Chip, type ListSearch, type ListView } from "@/lib/listSearch";
import { matchesText } from "@/lib/match";
import { MemberPicker } from "@/ui/MemberPicker";
import { StatusDot } from "@/ui/StatusDot";

export type ChangeChips = (change: { [chip in Chip]?: string | undefined }) => void;

type OptionChipName = Exclude<Chip, "owner_id">;

/** Chips that can narrow a view: one of mine, unassigned or pooled customers has no choice of owner. */
export function chipsOf(view: ListView): Chip[] {
  const owner: Chip[] = view === "mine" || view === "unassigned" || view === "pool" ? [] : ["owner_id"];
  return ["status", "level", ...owner, "province", "source", "industry"];
}

export function FilterChips({ search, onChange, onClear }: { search: ListSearch; onChange: ChangeChips; onClear: () => void }) {
  const { t } = useTranslation();
  const shown = chipsOf(search.view);
  const active = shown.some((chip) => search[chip]);
  return (
    <div className={styles.chips} role="group" aria-label={t("list.filters")}>
      {shown.map((chip) => (chip === "owner_id" ? <OwnerChip key={chip} value={search.owner_id} onChange={(value) => onChange({ owner_id: value })} /> : <OptionChip key={chip} chip={chip} value={search[chip]} onChange={(value) => onChange({ [chip]: value })} />))}
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

function OptionList({ list, values, onChange }: { list: string; values: string[]; onChange: (values: string[]) => void }) {
  const { t } = useTranslation();
  const { choices } = useOptions();
  const [text, setText] = useState("");
  const all = choices(list);
  const shown = useMemo(() => all.filter((option) => matchesText(text, option.label, option.value)), [all, text]);
  const toggle = (option: OptionView) => onChange(values.includes(option.value) ? values.filter((each) => each !== option.value) : [...values, option.value]);
  return (
    <div className={styles.panel} role="dialog" aria-label={t(`field.${list}`)}>
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
      <div className={styles.options} role="group" aria-label={t(`field.${list}`)}>
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
