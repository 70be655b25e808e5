/** A member as a small round mark with the last characters of the name, in a colour of their own. */
import styles from "@/ui/MemberAvatar.module.css";

// White text on each passes AA.
const GROUNDS = ["#3b5bdb", "#0b7285", "#2b8a3e", "#a8071a", "#862e9c", "#5f3dc4", "#1864ab", "#9c3a00", "#495057", "#a61e4d"];

function groundOf(id: string): string {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 9973;
  return GROUNDS[sum % GROUNDS.length] ?? "#495057";
}

/** 王小明 → 小明's 明; "Li Wei" → LW. */
function markOf(name: string): string {
  const trimmed = name.trim();
  if (/[\u4e00-\u9fff]/.test(trimmed)) return trimmed.slice(-1);
  const words = trimmed.split(/\s+/);
  return ((words[0]?.[0] ?? "") + (words.length > 1 ? (words.at(-1)?.[0] ?? "") : "")).toUpperCase() || "?";
}

type Props = { member: { member_id: string | null; name: string } | null | undefined; size?: number; withName?: boolean; empty?: string };

export function MemberAvatar({ member, size = 20, withName = false, empty = "—" }: Props) {
  if (!member) return <span className={styles.empty}>{empty}</span>;
  const mark = (
    <span
      className={styles.mark}
      style={{ width: size, height: size, fontSize: Math.round(size * 0.5), background: groundOf(member.member_id ?? member.name) }}
      title={withName ? undefined : member.name}
      {...(withName ? { "aria-hidden": true } : { role: "img", "aria-label": member.name })}
    >
      {markOf(member.name)}
    </span>
  );
  if (!withName) return mark;
  return (
    <span className={styles.pair}>
      {mark}
      <span className={styles.name}>{member.name}</span>
    </span>
  );
}
