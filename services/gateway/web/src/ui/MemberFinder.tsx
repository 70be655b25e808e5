/** Finds one member in a list that stays open, for a popover: type a name, pinyin or initials, go by arrows, take by Enter. */
import { useQuery } from "@tanstack/react-query";
import { Input, Spin } from "antd";
import { Search } from "lucide-react";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { isComposing } from "@/lib/keys";
import { readSetting, writeSetting } from "@/lib/storage";
import { useDebounced } from "@/lib/useDebounced";
import { MemberAvatar } from "@/ui/MemberAvatar";
import styles from "@/ui/MemberFinder.module.css";

export type FoundMember = { member_id: string; name: string; department_name?: string | null };

type Props = {
  /** Search of members, normally `searchMembers` of api/member.ts. */
  load: (q: string, signal?: AbortSignal) => Promise<FoundMember[]>;
  onPick: (member: FoundMember) => void;
  /** Members that make no sense here. */
  exclude?: readonly string[];
  label: string;
};

const RECENT = "members.recent";
const RECENT_KEPT = 5;

function remember(memberId: string): void {
  const others = readSetting<string[]>(RECENT, []).filter((id) => id !== memberId);
  writeSetting(RECENT, [memberId, ...others].slice(0, RECENT_KEPT));
}

/** The last chosen ones first; while something is typed, in the order they were found. */
function order(found: FoundMember[], typed: string): FoundMember[] {
  if (typed) return found;
  const recent = readSetting<string[]>(RECENT, []);
  const rank = ({ member_id: id }: FoundMember) => (recent.includes(id) ? recent.indexOf(id) : RECENT_KEPT);
  return [...found].sort((left, right) => rank(left) - rank(right));
}

export function MemberFinder({ load, onPick, exclude = [], label }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const q = useDebounced(typed.trim(), 150);
  const found = useQuery({ queryKey: ["members", "pick", q], queryFn: ({ signal }) => load(q, signal), staleTime: 60_000, placeholderData: (previous) => previous });
  const excluded = exclude.join();
  const shown = useMemo(() => order(found.data ?? [], q).filter((member) => !excluded.split(",").includes(member.member_id)), [found.data, q, excluded]);
  // What is listed still answers an earlier text until the search has caught up: Enter then waits for the right list.
  const current = q === typed.trim() && !found.isPlaceholderData && !found.isPending;
  const [wanted, setWanted] = useState(false);
  useEffect(() => setAt(0), [q]);
  useEffect(() => {
    // In braces: newer browsers answer a promise here, which must not be taken for the effect's clean-up.
    void list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);

  const pick = (member: FoundMember) => {
    remember(member.member_id);
    onPick(member);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt((before) => Math.max(0, Math.min(shown.length - 1, before + step)));
    } else if (event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      if (!current) setWanted(true);
      else if (shown[at]) pick(shown[at]);
    }
  };
  const latest = useRef(pick);
  latest.current = pick;
  const answer = wanted && current ? shown[0] : undefined;
  useEffect(() => {
    if (!answer) return;
    setWanted(false);
    latest.current(answer);
  }, [answer]);

  return (
    <div className={styles.finder} onKeyDown={onKeyDown}>
      <Input
        autoFocus
        prefix={<Search size={14} aria-hidden />}
        value={typed}
        placeholder={t("detail.findMember")}
        role="combobox"
        aria-label={label}
        aria-expanded
        aria-controls={id}
        aria-activedescendant={shown[at] ? `${id}-${at}` : undefined}
        onChange={(event) => {
          setWanted(false);
          setTyped(event.target.value);
        }}
      />
      {found.isPending && <Spin size="small" className={styles.wait} />}
      {!found.isPending && shown.length === 0 && <p className={styles.none}>{t("common.noMatch")}</p>}
      <ul className={styles.list} data-old={!current || undefined} ref={list} role="listbox" id={id} aria-label={label}>
        {shown.map((member, index) => (
          <li key={member.member_id} id={`${id}-${index}`} role="option" aria-selected={index === at} className={styles.item} onMouseMove={() => setAt(index)} onClick={() => pick(member)}>
            <MemberAvatar member={member} size={22} withName />
            <span className={styles.department}>{member.department_name}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
