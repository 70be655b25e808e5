/** Who is signed in. */
import { queryOptions, useQuery, type QueryClient } from "@tanstack/react-query";
import type { Schema } from "@/api/schema";
import { http, setCsrfToken } from "@/lib/http";
import { asProblem } from "@/lib/problem";

export type Me = Schema<"Me">;
export type Role = Me["role"];
export type Right = Me["rights"][number];
export type Session = Schema<"SignedIn">;

async function remember(answer: Promise<Session>): Promise<Session> {
  const session = await answer;
  setCsrfToken(session.csrf_token ?? "");
  return session;
}

/** The session, or null when nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await remember(http.get<Session>("/api/session", undefined, signal));
    } catch (error) {
      if (asProblem(error).status === 401) return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
});

export async function signIn(client: QueryClient, account: string, password: string): Promise<void> {
  await http.post("/api/session", { account, password });
  await client.fetchQuery({ ...sessionQuery, staleTime: 0 });
}

export async function signOut(client: QueryClient): Promise<void> {
  await http.delete("/api/session");
  client.clear();
  client.setQueryData(sessionQuery.queryKey, null);
}

/** The signed-in member; only below the signed-in frame, where there always is one. */
export function useMe(): Me {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error("useMe outside the signed-in frame");
  return data.member;
}

export function hasRight(me: Me, right: Right): boolean {
  return me.role === "admin" || me.rights.includes(right);
}

/** Zone of the organisation: what "today" means. */
export function useTimezone(): string {
  const { data } = useQuery(sessionQuery);
  return data?.organisation.timezone ?? "Asia/Shanghai";
}

/** Change one's own password; every other session of the member ends. */
export function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  return http.post("/api/me/password", { current_password: currentPassword, new_password: newPassword });
}

/** Make the first admin by the one-time code that the start of the product printed. */
export async function setUp(body: { code: string; account: string; name: string; password: string }): Promise<void> {
  await http.post("/api/setup", body);
}
