/**
 * Live updates: one stream of server-sent events per browser, shared by all its tabs.
 *
 * The tab that holds the lock keeps the stream and tells the others over a channel. An event only says "look now": who hears one
 * asks the interface again, and after a gap everybody does (`resync`). Where the browser has no locks (no TLS), each visible tab keeps its own.
 */
import { randomId } from "@/lib/ids";

export type LiveEvents = {
  customer: { customer_id: string; version: number };
  counts: Record<string, never>;
  export: { export_id: string; state: string; rows_done: number; rows_total: number | null };
  /** How far a batch in the background is. */
  batch: { batch_id: string; verb: string; state: string; total: number; done: number; skipped: number };
  /** Somebody told this member something. */
  notification: Record<string, never>;
  session_ended: Record<string, never>;
  /** There may have been a gap: whatever is shown may be old. */
  resync: Record<string, never>;
};

export type LiveName = keyof LiveEvents;
type Message =
  | { kind: "topics"; tab: string; topics: string[] }
  | { kind: "bye"; tab: string }
  | { kind: "who" }
  | { kind: "state"; up: boolean }
  | { kind: "event"; name: LiveName; data: unknown };

const HEARD: LiveName[] = ["customer", "counts", "export", "batch", "notification", "session_ended", "resync"];
const ALWAYS = ["member", "counts", "exports", "batches"];
const CUSTOMERS_MAX = 20;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 15_000;
const ANNOUNCE_MS = 60_000;
const FORGET_MS = 300_000;

/** How long to wait before the n-th attempt: doubling, bounded, spread so that browsers do not come back all at once. */
export function retryDelay(attempt: number, random: number = Math.random()): number {
  return Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** attempt) * (0.5 + random / 2);
}

/** The topics of one stream for all that the tabs want; bounded, as an address is. */
export function joinTopics(wanted: Iterable<readonly string[]>): string {
  const customers = new Set<string>();
  for (const topics of wanted) for (const topic of topics) customers.add(topic);
  return [...ALWAYS, ...[...customers].sort().slice(0, CUSTOMERS_MAX)].join(",");
}

const listeners = new Map<LiveName, Set<(data: never) => void>>();
const stateListeners = new Set<() => void>();
const ownTopics = new Map<string, number>();
let up = false;
let tab: Tab | null = null;

function emit(name: LiveName, data: unknown): void {
  for (const listener of listeners.get(name) ?? []) listener(data as never);
}

function setUp(value: boolean): void {
  if (up === value) return;
  up = value;
  for (const listener of stateListeners) listener();
}

/** The one EventSource, with its reconnecting. A change of topics opens the new stream before it closes the old one: no gap. */
class Stream {
  private source: EventSource | null = null;
  private topics = "";
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private gap = false;

  constructor(
    private readonly onEvent: (name: LiveName, data: unknown) => void,
    private readonly onState: (up: boolean) => void,
  ) {}

  follow(topics: string): void {
    if (topics === this.topics && this.source) return;
    this.topics = topics;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), this.source ? 150 : 0);
  }

  close(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
    this.onState(false);
  }

  private open(): void {
    const previous = this.source;
    const source = new EventSource(`/api/live?topics=${encodeURIComponent(this.topics)}`);
    this.source = source;
    source.onopen = () => {
      previous?.close();
      this.attempt = 0;
      this.onState(true);
      if (this.gap) this.onEvent("resync", {});
      this.gap = false;
    };
    source.onerror = () => {
      source.close();
      previous?.close();
      if (this.source !== source) return;
      this.gap = true;
      this.onState(false);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.open(), retryDelay(this.attempt++));
    };
    for (const name of HEARD) source.addEventListener(name, (event) => this.onEvent(name, parse((event as MessageEvent<string>).data)));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text || "{}");
  } catch {
    return {};
  }
}

/** This tab's part: a follower of the channel, and the keeper of the stream while it holds the lock. */
class Tab {
  private readonly id = randomId();
  private readonly channel = new BroadcastChannel("gonghai-live");
  private readonly ended = new AbortController();
  private stream: Stream | null = null;
  private readonly others = new Map<string, { topics: string[]; heard: number }>();
  private readonly announcing = setInterval(() => this.announce(), ANNOUNCE_MS);

  constructor() {
    this.channel.onmessage = (event: MessageEvent<Message>) => this.hear(event.data);
    addEventListener("pagehide", this.leave);
    if ("locks" in navigator) {
      const lead = () => new Promise<void>((release) => this.lead(release));
      navigator.locks.request("gonghai-live", { signal: this.ended.signal }, lead).catch(() => undefined);
      this.announce();
    } else {
      document.addEventListener("visibilitychange", this.lookAlone);
      this.lookAlone();
    }
  }

  announce(): void {
    this.say({ kind: "topics", tab: this.id, topics: [...ownTopics.keys()] });
    this.stream?.follow(this.allTopics());
  }

  stop(): void {
    this.leave();
    this.ended.abort();
    this.stream?.close();
    this.stream = null;
    clearInterval(this.announcing);
    removeEventListener("pagehide", this.leave);
    document.removeEventListener("visibilitychange", this.lookAlone);
    this.channel.close();
    setUp(false);
  }

  private readonly leave = () => this.say({ kind: "bye", tab: this.id });

  /** Without locks: six connections to one place are all a browser has, so only a tab that is looked at keeps one. */
  private readonly lookAlone = () => {
    if (document.visibilityState === "visible" && !this.stream) this.openStream(false);
    if (document.visibilityState === "hidden") {
      this.stream?.close();
      this.stream = null;
    }
  };

  private lead(release: () => void): void {
    if (this.ended.signal.aborted) return release();
    this.ended.signal.addEventListener("abort", release);
    this.openStream(true);
    this.say({ kind: "who" });
  }

  private openStream(shared: boolean): void {
    const tell = (message: Message) => shared && this.say(message);
    this.stream = new Stream(
      (name, data) => {
        emit(name, data);
        tell({ kind: "event", name, data });
      },
      (state) => {
        setUp(state);
        tell({ kind: "state", up: state });
      },
    );
    this.stream.follow(this.allTopics());
  }

  private hear(message: Message): void {
    if (message.kind === "topics" && this.stream) {
      this.others.set(message.tab, { topics: message.topics, heard: Date.now() });
      this.say({ kind: "state", up });
      this.stream.follow(this.allTopics());
    } else if (message.kind === "bye" && this.others.delete(message.tab)) {
      this.stream?.follow(this.allTopics());
    } else if (message.kind === "who") this.announce();
    else if (this.stream) return;
    else if (message.kind === "state") setUp(message.up);
    else if (message.kind === "event") emit(message.name, message.data);
  }

  private allTopics(): string {
    const since = Date.now() - FORGET_MS;
    for (const [id, other] of this.others) if (other.heard < since) this.others.delete(id);
    return joinTopics([[...ownTopics.keys()], ...[...this.others.values()].map((other) => other.topics)]);
  }

  private say(message: Message): void {
    if (!this.ended.signal.aborted) this.channel.postMessage(message);
  }
}

/** Begin to listen, once somebody is signed in. */
export function startLive(): () => void {
  tab ??= new Tab();
  const started = tab;
  return () => {
    started.stop();
    if (tab === started) tab = null;
  };
}

/** Call `listener` on every such event until the returned function is called. */
export function onLive<Name extends LiveName>(name: Name, listener: (data: LiveEvents[Name]) => void): () => void {
  const found = listeners.get(name) ?? new Set();
  listeners.set(name, found);
  found.add(listener as (data: never) => void);
  return () => void found.delete(listener as (data: never) => void);
}

/** Ask for the events of one customer while its page is open. */
export function followCustomer(customerId: string): () => void {
  const topic = `customer:${customerId}`;
  ownTopics.set(topic, (ownTopics.get(topic) ?? 0) + 1);
  tab?.announce();
  return () => {
    const left = (ownTopics.get(topic) ?? 1) - 1;
    if (left > 0) ownTopics.set(topic, left);
    else ownTopics.delete(topic);
    tab?.announce();
  };
}

/** Whether the stream stands; while it does not, screens that wait for something ask by themselves. */
export function isLive(): boolean {
  return up;
}

export function onLiveState(listener: () => void): () => void {
  stateListeners.add(listener);
  return () => void stateListeners.delete(listener);
}
