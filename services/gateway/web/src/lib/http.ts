/** The one way to the interface: CSRF, idempotency keys, request ids, typed problems, one silent retry where it is safe. */
import { randomId } from "@/lib/ids";
import { Problem, type ProblemBody } from "@/lib/problem";

export type Query = Record<string, string | number | boolean | null | undefined>;

export type SendOptions = {
  /** One key per action of the user: a retry or a double click with the same key acts once. */
  idempotencyKey?: string;
  /** Version the change starts from. */
  ifMatch?: number | string;
  signal?: AbortSignal;
  query?: Query;
};

let csrfToken = "";
const signedOutListeners = new Set<() => void>();

/** Remember the token that unsafe methods must carry; set when the session is read. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** Call `listener` when the server says that nobody is signed in any more. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

function address(path: string, query?: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

async function readProblem(response: Response): Promise<Problem> {
  const fallback: ProblemBody = { status: response.status, code: `http_${response.status}`, request_id: response.headers.get("X-Request-Id") ?? undefined };
  if (!(response.headers.get("Content-Type") ?? "").includes("json")) return new Problem(fallback);
  const body = (await response.json().catch(() => ({}))) as Partial<ProblemBody>;
  return new Problem({ ...fallback, ...body });
}

async function once(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { credentials: "same-origin", ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem({ status: 0, code: "network" });
  }
}

/** A fresh CSRF token after another tab signed in again; without a session there is none. */
async function renewCsrfToken(): Promise<boolean> {
  const response = await once("/api/session", { method: "GET" });
  if (!response.ok) return false;
  const body = (await response.json()) as { csrf_token?: string };
  const renewed = Boolean(body.csrf_token) && body.csrf_token !== csrfToken;
  if (body.csrf_token) csrfToken = body.csrf_token;
  return renewed;
}

function initOf(method: string, body: unknown, options: SendOptions, key: string | undefined): RequestInit {
  const headers: Record<string, string> = { Accept: "application/json", "X-Request-Id": randomId() };
  if (method !== "GET") headers["X-CSRF-Token"] = csrfToken;
  if (key) headers["Idempotency-Key"] = key;
  if (options.ifMatch !== undefined) headers["If-Match"] = `"${options.ifMatch}"`;
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers["Content-Type"] = "application/json";
  return { method, headers, body: body === undefined ? undefined : form ? body : JSON.stringify(body), signal: options.signal };
}

async function send(method: string, path: string, body: unknown, options: SendOptions): Promise<Response> {
  const key = method === "POST" ? (options.idempotencyKey ?? randomId()) : undefined;
  const target = address(path, options.query);
  const attempt = () => once(target, initOf(method, body, options, key));
  // A lost answer is asked for once more: reading is harmless, and a POST with the same key acts once.
  const response = await attempt().catch((error: unknown) => {
    if (error instanceof Problem && (method === "GET" || key)) return attempt();
    throw error;
  });
  if (response.ok) return response;
  const problem = await readProblem(response);
  if (problem.status === 403 && problem.code.includes("csrf") && (await renewCsrfToken())) {
    const again = await attempt();
    if (again.ok) return again;
    throw await readProblem(again);
  }
  if (problem.status === 401 && path !== "/api/session") for (const listener of signedOutListeners) listener();
  throw problem;
}

async function json<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** The answer of a change, and under which batch it can be undone. */
export type Undoable<T> = { answer: T; batchId: string | null };

export const http = {
  postUndoable: async <T>(path: string, body: unknown = {}, options: SendOptions = {}): Promise<Undoable<T>> => {
    const response = await send("POST", path, body, options);
    return { answer: await json<T>(response), batchId: response.headers.get("X-Batch-ID") };
  },
  get: async <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> => json<T>(await send("GET", path, undefined, { query, signal })),
  post: async <T>(path: string, body: unknown = {}, options: SendOptions = {}): Promise<T> => json<T>(await send("POST", path, body, options)),
  put: async <T>(path: string, body: unknown = {}, options: SendOptions = {}): Promise<T> => json<T>(await send("PUT", path, body, options)),
  patch: async <T>(path: string, body: unknown, options: SendOptions = {}): Promise<T> => json<T>(await send("PATCH", path, body, options)),
  delete: async <T = void>(path: string, options: SendOptions = {}): Promise<T> => json<T>(await send("DELETE", path, undefined, options)),
};
