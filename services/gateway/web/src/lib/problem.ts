/** An error answer of the interface (RFC 9457), typed, and its sentence in the user's language. */
import i18next from "i18next";
import { formatTime } from "@/lib/time";

/** Refusals that end by themselves: they say when. */
const WAITS = new Set(["claim_quota_used", "previous_owner_waits", "newly_entered_waits", "cooling_down"]);

export type MemberName = { member_id: string | null; name: string };

export type FieldProblem = { pointer: string; code: string; detail?: string };

export type EditConflict = { field: string; mine: unknown; theirs: unknown; base: unknown; by?: MemberName | null; at?: string | null };

export type ProblemBody = {
  status: number;
  code: string;
  title?: string;
  detail?: string;
  request_id?: string;
  errors?: FieldProblem[];
  rule?: string;
  since?: string;
  /** When trying again may succeed. */
  until?: string;
  by?: MemberName | null;
  /** The name of the pool that refuses, and how much its limit is. */
  pool?: string | null;
  limit?: number | null;
  who_can_change?: MemberName[];
  conflicts?: EditConflict[];
};

export class Problem extends Error {
  readonly body: ProblemBody;

  constructor(body: ProblemBody) {
    super(body.code);
    this.name = "Problem";
    this.body = body;
  }

  get status(): number {
    return this.body.status;
  }

  get code(): string {
    return this.body.code;
  }

  get requestId(): string | undefined {
    return this.body.request_id;
  }
}

/** What went wrong, as a Problem whatever was thrown. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem({ status: 0, code: "unexpected", detail: String(error) });
}

/** The sentence of a code; an unknown code falls back to the sentence of its status, never to another language. */
export function codeText(code: string, values: Record<string, unknown> = {}, status = 0): string {
  // A refusal that names its pool, and how much its limit is, has a sentence that says them.
  const named = typeof values.pool !== "string" ? "" : typeof values.limit === "number" ? "_limit" : "_pool";
  const fuller = `problem.code.${code}${named}`;
  const key = i18next.exists(fuller) ? fuller : `problem.code.${code}`;
  if (i18next.exists(key)) return i18next.t(key, values);
  const group = status >= 500 ? "5xx" : String(status);
  return i18next.exists(`problem.status.${group}`) ? i18next.t(`problem.status.${group}`) : i18next.t("problem.status.other");
}

/** Until when one has to wait, where waiting is what is to be done. */
export const waitsUntil = (code: string | null | undefined, until: string | null | undefined): string => (code && until && WAITS.has(code) ? formatTime(until) : "");

/** The sentence of an error: its code's text with who and when filled in. */
export function problemText(error: unknown): string {
  const problem = asProblem(error);
  const { by, status, errors } = problem.body;
  // One field at fault: its own sentence says more than "something is not right".
  const code = problem.code === "invalid" && errors?.length === 1 && errors[0] ? errors[0].code : problem.code;
  const named = by?.name ? "_by" : "";
  const key = `${code}${named}`;
  const chosen = i18next.exists(`problem.code.${key}`) ? key : code;
  const said = codeText(chosen, { ...problem.body, name: by?.name ?? "" }, status);
  return problem.body.until && WAITS.has(code) ? `${said}${i18next.t("problem.again", { time: formatTime(problem.body.until) })}` : said;
}
