/** What was typed and not yet saved, kept per customer in this browser. */
import { readSetting, writeSetting } from "@/lib/storage";

export type Draft = {
  method: string;
  content: string;
  followedAt: string | null;
  status: string | null;
  level: string | null;
  nextContactAt: string | null;
};

export const EMPTY: Draft = { method: "call", content: "", followedAt: null, status: null, level: null, nextContactAt: null };

const name = (customerId: string) => `draft.follow_up.${customerId}`;

export function readDraft(customerId: string): Draft {
  return { ...EMPTY, method: readSetting("follow_up.method", EMPTY.method), ...readSetting<Partial<Draft>>(name(customerId), {}) };
}

export function keepDraft(customerId: string, draft: Draft): void {
  writeSetting("follow_up.method", draft.method);
  if (isEmpty(draft)) forgetDraft(customerId);
  else writeSetting(name(customerId), draft);
}

export function forgetDraft(customerId: string): void {
  try {
    localStorage.removeItem(`gonghai.${name(customerId)}`);
  } catch {
    // Where storage is forbidden there is nothing to forget.
  }
}

export function isEmpty(draft: Draft): boolean {
  return draft.content.trim() === "" && !draft.status && !draft.level && !draft.nextContactAt && !draft.followedAt;
}
