const LONG_MS = 2_000;

/** Baileys leaves timers of 2 to 30 seconds behind; where it runs inside a test they must not keep that from ending. */
export function releaseLongTimers(): void {
  const setTimer = globalThis.setTimeout;
  globalThis.setTimeout = ((work: (...values: unknown[]) => void, ms?: number, ...values: unknown[]) => {
    const timer = setTimer(work, ms, ...values);
    if ((ms ?? 0) >= LONG_MS) timer.unref();
    return timer;
  }) as typeof globalThis.setTimeout;
}
