/** The names behind the ids of members, wherever only the id is known: custom fields, conditions, addresses. */
import { useCallback, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { listMembers } from "@/api/member";
import { NameLookup } from "@/lib/nameLookup";

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MOST = 100; // ids in one address
const FRESH_MS = 10 * 60_000;

const names = new NameLookup({
  load: async (ids) => {
    const { items } = await listMembers({ member_ids: ids.join(), limit: MOST });
    return Object.fromEntries(items.map((member) => [member.member_id, member.name]));
  },
  most: MOST,
  freshMs: FRESH_MS,
});

/** What a member is called: "…" while the name is on its way, a word for one who is not there (any more). */
export function useMemberName(): (memberId: string) => string {
  const { t } = useTranslation();
  const version = useSyncExternalStore(names.subscribe, names.getVersion);
  return useCallback(
    (memberId) => {
      const name = version >= 0 && ID.test(memberId) ? names.get(memberId) : null; // a new version makes a new function: what it told is told anew
      return name === undefined ? "…" : (name ?? t("common.goneMember"));
    },
    [version, t],
  );
}
