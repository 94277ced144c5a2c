/**
 * Writes the latest of a series of values, in order, one at a time, and again until it succeeds. A newer value replaces one that
 * still waits: only the last one matters to who reads it.
 */
export class LatestWriter<T> {
  private next?: { value: T };
  private running?: Promise<void>;
  private closed = false;

  constructor(
    private readonly write: (value: T) => Promise<void>,
    private readonly failed: (error: unknown) => void,
    private readonly retryMs = 500,
  ) {}

  put(value: T): void {
    if (this.closed) return;
    this.next = { value };
    this.running ??= this.run();
  }

  /** Resolves when the last value is written. */
  async flush(): Promise<void> {
    await this.running;
  }

  /** Gives up what still waits. */
  close(): void {
    this.closed = true;
    this.next = undefined;
  }

  private async run(): Promise<void> {
    while (this.next) {
      const current = this.next;
      try {
        await this.write(current.value);
        if (this.next === current) this.next = undefined;
      } catch (error) {
        this.failed(error);
        await new Promise((resolve) => setTimeout(resolve, this.retryMs));
      }
    }
    // In the same turn as the look above: a value that is put later starts a new run.
    this.running = undefined;
  }
}
