/** Names behind ids: asked for once, many with one request, and remembered for a while. Where they come from is not known here. */

export type Names = Record<string, string>;

/** `load` answers with the names that there are; ids that it leaves out have none. */
type Source = { load: (ids: string[]) => Promise<Names>; most: number; freshMs: number; now?: () => number; later?: (run: () => void) => void };
type Entry = { name: string | null | undefined; asked: number };

const RETRY_MS = 10_000;

export class NameLookup {
  private readonly entries = new Map<string, Entry>();
  private readonly listeners = new Set<() => void>();
  private wanted = new Set<string>();
  private version = 0;

  constructor(private readonly source: Source) {}

  /** The name; null where there is none (any more), undefined while it is being asked for. Asking is what makes it known. */
  get(id: string): string | null | undefined {
    const entry = this.entries.get(id);
    if (!entry || this.now() - entry.asked > (entry.name === undefined ? RETRY_MS : this.source.freshMs)) this.want(id, entry);
    return this.entries.get(id)?.name;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly getVersion = (): number => this.version;

  private now(): number {
    return (this.source.now ?? Date.now)();
  }

  /** An old name stays until the new one is there. */
  private want(id: string, entry: Entry | undefined): void {
    this.entries.set(id, { name: entry?.name, asked: this.now() });
    if (this.wanted.size === 0) (this.source.later ?? setTimeout)(() => this.ask());
    this.wanted.add(id);
  }

  private ask(): void {
    const ids = [...this.wanted];
    this.wanted = new Set();
    for (let from = 0; from < ids.length; from += this.source.most) void this.load(ids.slice(from, from + this.source.most));
  }

  private async load(ids: string[]): Promise<void> {
    const names = await this.source.load(ids).catch(() => null);
    if (names) for (const id of ids) this.entries.set(id, { name: names[id] ?? null, asked: this.now() });
    this.version += 1; // where it failed, whoever shows the name asks again after a while
    for (const listener of this.listeners) listener();
  }
}
