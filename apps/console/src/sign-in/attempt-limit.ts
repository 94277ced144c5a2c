/** Counts attempts per key in fixed windows, in bounded memory: when it is full, the oldest key is forgotten first. */
export class AttemptLimit {
  private readonly windows = new Map<string, { count: number; endsAt: number }>();

  constructor(private readonly options: { attempts: number; windowMs: number; capacity: number }) {}

  /** Milliseconds until the key may try again; 0 when it may now. */
  waitMs(key: string, nowMs: number): number {
    const window = this.windows.get(key);
    if (!window || window.endsAt <= nowMs || window.count < this.options.attempts) return 0;
    return window.endsAt - nowMs;
  }

  count(key: string, nowMs: number): void {
    const window = this.windows.get(key);
    if (window && window.endsAt > nowMs) {
      window.count += 1;
      return;
    }
    this.windows.delete(key);
    if (this.windows.size >= this.options.capacity) this.makeRoom();
    this.windows.set(key, { count: 1, endsAt: nowMs + this.options.windowMs });
  }

  /** The attempt was rightful after all. */
  takeBack(key: string): void {
    const window = this.windows.get(key);
    if (window && window.count > 0) window.count -= 1;
  }

  forget(key: string): void {
    this.windows.delete(key);
  }

  /** Windows are inserted in the order in which they end, so the first ones are the oldest. */
  private makeRoom(): void {
    const oldest = this.windows.keys().next();
    if (!oldest.done) this.windows.delete(oldest.value);
  }
}
