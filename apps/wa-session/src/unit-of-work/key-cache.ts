/** Of an entry besides its characters: two string headers and a slot of a map, roughly. */
const ENTRY_BYTES = 150;

/**
 * Signal state in memory, besides Postgres: one budget for all sessions of a pod, whose least recently used entries go first. Each
 * session has a view of its own and sees nothing of the others.
 */
export class KeyCache {
  /**
   * Characters are bytes. Strings, because a small Buffer is a slice that keeps eight kilobytes alive.
   * null: known to have no value.
   */
  private readonly entries = new Map<string, string | null>();
  private used = 0;
  private views = 0;

  constructor(private readonly maxBytes: number) {}

  /** Bytes in use, roughly. */
  get bytes(): number {
    return this.used;
  }

  /** A view that knows nothing yet. What an abandoned one knew is gone from memory when its turn comes. */
  view(): KeyCacheView {
    return new KeyCacheView(this, () => `${this.views++}\n`);
  }

  /** @internal */
  get(key: string): string | null | undefined {
    const value = this.entries.get(key);
    if (value === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, value);
    return value;
  }

  /** @internal */
  set(key: string, value: string | null): void {
    this.delete(key);
    this.entries.set(key, value);
    this.used += weight(key, value);
    for (const oldest of this.entries.keys()) {
      if (this.used <= this.maxBytes) return;
      this.delete(oldest);
    }
  }

  private delete(key: string): void {
    const value = this.entries.get(key);
    if (value === undefined) return;
    this.entries.delete(key);
    this.used -= weight(key, value);
  }
}

/** What one session has in the cache. Only what is durable may be in it. */
export class KeyCacheView {
  private prefix: string;

  /** @internal */
  constructor(
    private readonly cache: KeyCache,
    private readonly newPrefix: () => string,
  ) {
    this.prefix = newPrefix();
  }

  /** @returns null when it is known that there is no value; undefined when nothing is known */
  get(key: string): Buffer | null | undefined {
    const value = this.cache.get(this.prefix + key);
    return typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  }

  set(key: string, value: Buffer | null): void {
    this.cache.set(this.prefix + key, value && value.toString('latin1'));
  }

  clear(): void {
    this.prefix = this.newPrefix();
  }
}

function weight(key: string, value: string | null): number {
  return ENTRY_BYTES + key.length + (value?.length ?? 0);
}
