/** The answer of …/access for one action, and its reason in words. */
import i18next from "i18next";
import { codeText, type MemberName } from "@/lib/problem";
import { formatTime } from "@/lib/time";

export type ActionAccess = {
  allowed: boolean;
  code?: string | null;
  rule?: string | null;
  detail?: string | null;
  since?: string | null;
  by?: MemberName | null;
  who_can_change?: MemberName[] | null;
  pool?: string | null;
  limit?: number | null;
};

/** Why an action is refused, since when and by whom, and whom to ask; empty when it is allowed. */
export function accessReason(access: ActionAccess | undefined): string {
  if (!access || access.allowed) return "";
  const code = access.code ?? access.rule ?? "";
  const parts = [codeText(code, { ...access, name: access.by?.name ?? "" }, 403)];
  if (access.by?.name) parts.push(i18next.t("access.by", { name: access.by.name }));
  if (access.since) parts.push(i18next.t("access.since", { time: formatTime(access.since) }));
  const names = (access.who_can_change ?? []).map((member) => member.name).filter(Boolean);
  if (names.length > 0) parts.push(i18next.t("access.who", { names: names.slice(0, 3).join(", ") }));
  return parts.join(" · ");
}
