/** Personal access tokens of the signed-in member. */
import { queryOptions } from "@tanstack/react-query";
import { http } from "@/lib/http";

export type TokenScope = "read" | "write" | "export";

export type Token = { token_id: string; name: string; scopes: TokenScope[]; created_at: string; expires_at: string | null; last_used_at?: string | null };

export const tokensQuery = () => queryOptions({ queryKey: ["tokens"], queryFn: ({ signal }) => http.get<{ items: Token[] }>("/api/tokens", {}, signal) });

export const createToken = (body: { name: string; scopes: TokenScope[]; expires_at?: string }) => http.post<{ token_id: string; token: string }>("/api/tokens", body);

export const deleteToken = (tokenId: string) => http.delete(`/api/tokens/${tokenId}`);
