/** Pick a member by name, pinyin or initials; those picked lately stand first. */
import { useQuery } from "@tanstack/react-query";
import { Select, Spin } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { readSetting, writeSetting } from "@/lib/storage";
import { useDebounced } from "@/lib/useDebounced";
import { MemberAvatar } from "@/ui/MemberAvatar";
import styles from "@/ui/MemberPicker.module.css";

export type Pickable = { member_id: string; name: string; department_name?: string | null };

type Props = {
  value: Pickable | null;
  onChange: (member: Pickable | null) => void;
  /** Search of members, normally `searchMembers` of api/member.ts. */
  load: (q: string, signal?: AbortSignal) => Promise<Pickable[]>;
  label: string;
  id?: string;
  placeholder?: string;
  allowClear?: boolean;
  autoFocus?: boolean;
  /** Open at once, for a picker inside a popover. */
  defaultOpen?: boolean;
  /** Members that make no sense here, such as the present owner. */
  exclude?: readonly string[];
  disabled?: boolean;
  size?: "small" | "middle" | "large";
};

const RECENT = "members.recent";
const RECENT_KEPT = 5;

function remember(memberId: string): void {
  const others = readSetting<string[]>(RECENT, []).filter((id) => id !== memberId);
  writeSetting(RECENT, [memberId, ...others].slice(0, RECENT_KEPT));
}

export function MemberPicker({ value, onChange, load, label, exclude = [], ...rest }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const q = useDebounced(text.trim(), 180);
  const found = useQuery({ queryKey: ["members", "pick", q], queryFn: ({ signal }) => load(q, signal), staleTime: 60_000, placeholderData: (previous) => previous });

  const members = useMemo(() => {
    const recent = readSetting<string[]>(RECENT, []);
    const rank = (id: string) => (recent.includes(id) ? recent.indexOf(id) : RECENT_KEPT);
    const shown = (found.data ?? []).filter((member) => !exclude.includes(member.member_id));
    const known = value && !shown.some((member) => member.member_id === value.member_id) && q === "" ? [value, ...shown] : shown;
    return q === "" ? [...known].sort((left, right) => rank(left.member_id) - rank(right.member_id)) : known;
  }, [found.data, exclude, value, q]);

  return (
    <Select
      {...rest}
      aria-label={label}
      className={styles.picker}
      value={value?.member_id ?? null}
      showSearch={{ filterOption: false, onSearch: setText, searchValue: text }}
      onOpenChange={(open) => !open && setText("")}
      notFoundContent={found.isFetching ? <Spin size="small" /> : t("common.noMatch")}
      onChange={(memberId: string | null) => {
        const member = members.find((each) => each.member_id === memberId) ?? null;
        if (member) remember(member.member_id);
        onChange(member);
      }}
      options={members.map((member) => ({ value: member.member_id, label: member.name, member }))}
      labelRender={({ label: name, value: memberId }) => <MemberAvatar member={{ member_id: String(memberId), name: String(name ?? value?.name ?? "") }} size={18} withName />}
      optionRender={({ data }) => (
        <span className={styles.option}>
          <MemberAvatar member={data.member} withName />
          <span className={styles.department}>{data.member.department_name}</span>
        </span>
      )}
    />
  );
}
