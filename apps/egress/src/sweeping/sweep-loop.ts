import { Logger } from '@nestjs/common';

export interface SweepLoopOptions {
  /** In the log. */
  name: string;
  /** One bounded step. @returns true when there may be more to do at once */
  step(): Promise<boolean>;
  /** Longest pause between two looks, in milliseconds. */
  everyMs: number;
}

/** Takes one step after the other while there is something to do, else looks again when woken, or after a pause. Errors are logged. */
export class SweepLoop {
  private readonly logger = new Logger('sweep');
  private running?: Promise<void>;
  private stopping = false;
  /** Work may have come since the step that is going on began. */
  private woken = false;
  private endPause?: () => void;

  constructor(private readonly options: SweepLoopOptions) {}

  get isStopping(): boolean {
    return this.stopping;
  }

  /** @throws when it runs already */
  start(): void {
    if (this.running) throw new Error(`the sweep ${this.options.name} runs already`);
    this.stopping = false;
    this.running = this.run();
  }

  wake(): void {
    this.woken = true;
    this.endPause?.();
  }

  /** Returns when the step in progress has ended. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.endPause?.();
    await this.running;
    this.running = undefined;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      this.woken = false;
      let more = false;
      try {
        more = await this.options.step();
      } catch (error) {
        this.logger.error({ msg: 'sweep.failed', sweep: this.options.name, err: error });
        // What failed waits for the next look, whoever wakes: an outage must not become a busy loop.
        this.woken = false;
      }
      if (!more && !this.woken && !this.stopping) await this.pause();
    }
  }

  private async pause(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.endPause = resolve;
      timer = setTimeout(resolve, this.options.everyMs);
    });
    clearTimeout(timer);
    this.endPause = undefined;
  }
}
