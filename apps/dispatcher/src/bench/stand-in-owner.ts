import { subjects, type SendReply, type SendRequest } from '@waypost/contracts';
import { PodNatsServer } from '@waypost/messaging';
import { accountOf, messageOf } from './backlog.js';

/** Takes the sends of all accounts, acknowledges each at once, and notes when which came. */
export class StandInOwner {
  readonly pod = 'bench-owner';
  sends = 0;
  repeats = 0;
  violations = 0;
  gaps: number[] = [];
  private readonly server: PodNatsServer;
  private readonly lastAt: Float64Array;
  private readonly last: Int32Array;

  constructor(natsUrl: string, accounts: number) {
    this.lastAt = new Float64Array(accounts);
    this.last = new Int32Array(accounts);
    this.server = new PodNatsServer(natsUrl, this.pod);
    this.server.addHandler(subjects.send, async (request: SendRequest) => this.take(request) as never);
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      void this.server.listen((error?: unknown) => (error ? reject(error) : resolve()));
    });
  }

  async stop(): Promise<void> {
    await this.server.close();
  }

  /** Forgets the figures, not the accounts. */
  measure(): void {
    this.sends = this.repeats = this.violations = 0;
    this.gaps = [];
  }

  private take({ messageId, accountId }: SendRequest): SendReply {
    const now = performance.now();
    const account = accountOf(accountId);
    const message = messageOf(messageId);
    const last = this.last[account]!;
    this.sends++;
    if (message === last) this.repeats++;
    else if (message !== last + 1) this.violations++;
    if (last > 0) this.gaps.push(now - this.lastAt[account]!);
    this.last[account] = message;
    this.lastAt[account] = now;
    return { messageId, outcome: 'acked' };
  }
}
