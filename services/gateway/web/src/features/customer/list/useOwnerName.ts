import { useMemberName } from "@/api/member_name";
import { useMe } from "@/api/session";

/** The name behind an owner's id in the address. */
export function useOwnerName(memberId: string | undefined): string {
  const me = useMe();
  const memberName = useMemberName();
  if (!memberId) return "";
  return memberId === me.member_id ? me.name : memberName(memberId);
}
