/** What a quick filter opens: its choices with a search, each with how many customers of the list have it. */
import { Button, Checkbox, Empty, Input, Radio } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Selection } from "@/api/customer";
import { useFacet, type Facet, type FacetField } from "@/api/facet";
import { searchMembers } from "@/api/member";
import { useMe } from "@/api/session";
import { FOLLOWED, useFollowedText } from "@/features/customer/list/chips";
import styles from "@/features/customer/list/FilterChips.module.css";
import { countText } from "@/lib/count";
import { isComposing } from "@/lib/keys";
import { matchesText } from "@/lib/match";
import { MemberPicker } from "@/ui/MemberPicker";
import { StatusDot } from "@/ui/StatusDot";

export type Choice = { value: string; label: string; color?: string | null; search?: string };

const SEARCHED_FROM = 8;
const OWNERS = 12;

type Shared = { label: string; field: FacetField; within: Selection };

export function ChoiceList({ label, field, within, all, values, onChange }: Shared & { all: Choice[]; values: string[]; onChange: (values: string[]) => void }) {
  const { t } = useTranslation();
  const facet = useFacet(field, within);
  const [text, setText] = useState("");
  const shown = useMemo(() => all.filter((option) => matchesText(text, option.label, option.search ?? option.value)), [all, text]);
  const toggle = (option: Choice) => onChange(values.includes(option.value) ? values.filter((each) => each !== option.value) : [...values, option.value]);
  return (
    <div className={styles.panel} role="dialog" aria-label={label}>
      {all.length > SEARCHED_FROM && (
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
          <Checkbox key={option.value} className={styles.option} checked={values.includes(option.value)} onChange={() => toggle(option)}>
            {option.color ? <StatusDot label={option.label} color={option.color} /> : <span className={styles.name}>{option.label}</span>}
            <Figure facet={facet} value={option.value} />
          </Checkbox>
        ))}
        {shown.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("common.noMatch")} />}
      </div>
      <Partial facet={facet} />
    </div>
  );
}

export function FollowedList({ label, within, value, onPick }: Omit<Shared, "field"> & { value: string | undefined; onPick: (value: string) => void }) {
  const textOf = useFollowedText();
  const facet = useFacet("last_follow_up_at", within);
  return (
    <div className={styles.panel} role="dialog" aria-label={label}>
      <Radio.Group className={styles.times} value={value ?? null} aria-label={label} onChange={(event) => onPick(event.target.value as string)}>
        {FOLLOWED.map((each) => (
          <Radio key={each} value={each} className={styles.option}>
            <span className={styles.name}>{textOf(each)}</span>
            <Figure facet={facet} value={each} />
          </Radio>
        ))}
      </Radio.Group>
      <Partial facet={facet} />
    </div>
  );
}

/** Anyone by name, and at a click those who own most of the list. */
export function OwnerList({ label, within, held, onPick }: Omit<Shared, "field"> & { held: { member_id: string; name: string } | null; onPick: (memberId: string | undefined) => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const facet = useFacet("owner", within);
  const owners = [{ member_id: me.member_id, name: t("list.ownerMe") }, ...facet.items.filter((item) => item.value !== me.member_id).slice(0, OWNERS).map((item) => ({ member_id: item.value, name: item.name ?? "" }))];
  return (
    <div className={styles.panel} role="dialog" aria-label={label}>
      <MemberPicker value={held} onChange={(member) => onPick(member?.member_id)} load={searchMembers} label={label} placeholder={t("list.pickMember")} allowClear autoFocus />
      <div className={styles.options} role="group" aria-label={t("list.owners")}>
        {owners.map((owner) => (
          <Button key={owner.member_id} type="text" className={styles.owner} aria-pressed={held?.member_id === owner.member_id} onClick={() => onPick(owner.member_id)}>
            <span className={styles.name}>{owner.name}</span>
            <Figure facet={facet} value={owner.member_id} />
          </Button>
        ))}
      </div>
      <Partial facet={facet} />
    </div>
  );
}

function Figure({ facet, value }: { facet: Facet; value: string }) {
  const { t } = useTranslation();
  const count = facet.count(value);
  if (!count) return null;
  return (
    <span className={styles.number} title={count.exact ? undefined : t("list.facetAtLeast")}>
      {countText(count)}
    </span>
  );
}

function Partial({ facet }: { facet: Facet }) {
  const { t } = useTranslation();
  return facet.partial && <p className={styles.partial}>{t("list.facetPartial")}</p>;
}
