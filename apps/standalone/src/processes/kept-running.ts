import type { Clock } from '@waypost/kernel';

/** A process that is started and stopped, and says by the callback it was made with when it ended by itself. */
export interface Part {
  readonly pid: number | undefined;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface Watch {
  /** It ended by itself and will be started again. */
  died(name: string, reason: string): void;
  /** It runs under another process id. */
  started(): void;
}

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 5_000;
/** One that ran for so long before it died was well. */
const STEADY_MS = 30_000;

/** Starts a process again whenever it ends by itself: after 200 ms, and later each time while it keeps dying. */
export class KeptRunning<P extends Part = Part> {
  readonly part: P;
  /** How often it died in a row, and how the last time. */
  deaths = 0;
  lastDeath = '';
  private stopping = false;
  private startedAt = 0;
  private timer?: NodeJS.Timeout;
  private starting: Promise<void> = Promise.resolve();

  constructor(
    readonly name: string,
    make: (died: (reason: string) => void) => P,
    private readonly watch: Watch,
    private readonly clock: Clock,
  ) {
    this.part = make((reason) => this.died(reason));
  }

  /** The first start; when it fails, nothing is tried again. */
  async start(): Promise<void> {
    await this.launch();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.starting.catch(() => undefined);
    await this.part.stop();
  }

  private launch(): Promise<void> {
    this.starting = this.part.start().then(() => {
      this.startedAt = this.clock.now().getTime();
      this.watch.started();
    });
    return this.starting;
  }

  private died(reason: string): void {
    if (this.stopping) return;
    if (this.clock.now().getTime() - this.startedAt > STEADY_MS) this.deaths = 0;
    const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.deaths);
    this.deaths++;
    this.lastDeath = reason;
    this.watch.died(this.name, reason);
    this.timer = setTimeout(() => {
      this.launch().catch((error: unknown) =>
        this.died(error instanceof Error ? error.message : String(error)),
      );
    }, delay);
  }
}
