/** Ends a wait early. A ring while nobody waits ends the next wait at once. One waiter at a time. */
export class Bell {
  private rung = false;
  private end?: () => void;

  ring(): void {
    this.rung = true;
    this.end?.();
  }

  /** Resolves at the next ring, at the latest after `ms`. */
  async wait(ms: number): Promise<void> {
    if (!this.rung && ms > 0) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.end = resolve;
        timer = setTimeout(resolve, ms);
      });
      clearTimeout(timer);
      this.end = undefined;
    }
    this.rung = false;
  }
}
