/** Members, as pickers and names need them. */
import type { Schema } from "@/api/schema";
import type { Right, Role } from "@/api/session";
import { http } from "@/lib/http";

export type Member = Schema<"Member">;
export type MemberPage = Schema<"Members">;

export type MemberQuery = { q?: string; department_id?: string; active?: boolean; member_ids?: string; limit?: number; after?: string | null };

export function listMembers(query: MemberQuery, signal?: AbortSignal): Promise<MemberPage> {
  return http.get<MemberPage>("/api/members", query, signal);
}

/** What a member picker searches: names, pinyin and initials of those who can own something. */
export async function searchMembers(q: string, signal?: AbortSignal): Promise<Member[]> {
  return (await listMembers({ q, active: true, limit: 50 }, signal)).items;
}

export type NewMember = { account: string; name: string; password: string; role: Role; rights?: Right[]; department_id?: string | null; email?: string; phone?: string };

export type EditMember = Partial<Pick<Member, "name" | "role" | "rights" | "department_id" | "active" | "email" | "phone">>;

export function createMember(member: NewMember): Promise<Member> {
  return http.post<Member>("/api/members", member);
}

export function editMember(memberId: string, changes: EditMember): Promise<Member> {
  return http.patch<Member>(`/api/members/${memberId}`, changes);
}

/** Set another member's password; all of that member's sessions end. */
export function resetPassword(memberId: string, newPassword: string): Promise<void> {
  return http.post(`/api/members/${memberId}/password`, { new_password: newPassword });
}
