const BETWEEN_QUESTIONS_MS = 1_000;
const AFTER_A_REFUSAL_MS = 60_000;
const MOST_WAITING = 200;

/** Groups that are still to be asked about, one after the other: WhatsApp limits how often it answers. */
export class UnknownGroups {
  private readonly waiting = new Set<string>();
  private running = false;
  private asking = false;
  private timer?: NodeJS.Timeout;

  /** @param ask rejects when there is no answer: what waits goes on waiting for a while, without this one */
  constructor(private readonly ask: (jid: string) => Promise<void>) {}

  /** More than can be asked about in a few minutes is left out: their next message brings them again. */
  add(jid: string): void {
    if (this.waiting.size < MOST_WAITING) this.waiting.add(jid);
    this.next(0);
  }

  start(): void {
    this.running = true;
    this.next(0);
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private next(afterMs: number): void {
    if (!this.running || this.asking || this.timer || this.waiting.size === 0) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.askOne();
    }, afterMs);
  }

  private async askOne(): Promise<void> {
    const [jid] = this.waiting;
    if (jid === undefined) return;
    this.waiting.delete(jid);
    this.asking = true;
    const answered = await this.ask(jid).then(
      () => true,
      () => false,
    );
    this.asking = false;
    this.next(answered ? BETWEEN_QUESTIONS_MS : AFTER_A_REFUSAL_MS);
  }
}
