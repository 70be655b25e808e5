import { useQuery } from "@tanstack/react-query";
import { listMembers } from "@/api/member";
import { useMe } from "@/api/session";

/** The name behind an owner's id in the address; empty while it is being asked for. */
export function useOwnerName(memberId: string | undefined): string {
  const me = useMe();
  const { data } = useQuery({ queryKey: ["members", "names"], queryFn: ({ signal }) => listMembers({ limit: 200 }, signal), enabled: Boolean(memberId) && memberId !== me.member_id, staleTime: 5 * 60_000 });
  if (!memberId) return "";
  if (memberId === me.member_id) return me.name;
  return data?.items.find((member) => member.member_id === memberId)?.name ?? "";
}
