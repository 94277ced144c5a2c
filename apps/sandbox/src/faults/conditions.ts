import type { Fault } from './fault.js';

interface Condition {
  delayMs: number;
  acksToDrop: number;
  duplicates: number;
  rejections: { code: number; left: number }[];
  clientTooOld: boolean;
}

const calm = (): Condition => ({
  delayMs: 0,
  acksToDrop: 0,
  duplicates: 0,
  rejections: [],
  clientTooOld: false,
});

/** What is wrong with the network at the moment, per account and for all. Kept in memory: a restart mends everything. */
export class Conditions {
  private readonly accounts = new Map<string, Condition>();
  private network = calm();

  /** @param phone the account, or undefined for the whole network */
  set(phone: string | undefined, fault: Fault): void {
    const condition = this.conditionOf(phone);
    const count = fault.count ?? 1;
    switch (fault.kind) {
      case 'delay':
        condition.delayMs = fault.ms ?? 0;
        break;
      case 'drop_acks':
        condition.acksToDrop = fault.count ?? Infinity;
        break;
      case 'duplicate_next':
        condition.duplicates += count;
        break;
      case 'reject_next':
        condition.rejections.push({ code: fault.code ?? 479, left: count });
        break;
      case 'client_too_old':
        condition.clientTooOld = true;
        break;
      case 'clear':
        this.clear(phone);
        break;
    }
  }

  delayMs(phone: string): number {
    return Math.max(this.network.delayMs, this.accounts.get(phone)?.delayMs ?? 0);
  }

  /** Whether this ack is lost on its way. Each question uses one up. */
  dropsAck(phone: string): boolean {
    return this.use(phone, (condition) => condition.acksToDrop > 0 && condition.acksToDrop-- > 0);
  }

  duplicatesNext(phone: string): boolean {
    return this.use(phone, (condition) => condition.duplicates > 0 && condition.duplicates-- > 0);
  }

  /** The error code for the account's next message, if it is to be refused. */
  takeRejection(phone: string): number | undefined {
    for (const condition of this.affecting(phone)) {
      const first = condition.rejections[0];
      if (!first) continue;
      first.left -= 1;
      if (first.left <= 0) condition.rejections.shift();
      return first.code;
    }
    return undefined;
  }

  clientTooOld(phone: string): boolean {
    return this.affecting(phone).some((condition) => condition.clientTooOld);
  }

  private clear(phone: string | undefined): void {
    if (phone === undefined) {
      this.accounts.clear();
      this.network = calm();
    } else {
      this.accounts.delete(phone);
    }
  }

  private use(phone: string, take: (condition: Condition) => boolean): boolean {
    return this.affecting(phone).some(take);
  }

  private affecting(phone: string): Condition[] {
    const own = this.accounts.get(phone);
    return own ? [own, this.network] : [this.network];
  }

  private conditionOf(phone: string | undefined): Condition {
    if (phone === undefined) return this.network;
    let condition = this.accounts.get(phone);
    if (!condition) {
      condition = calm();
      this.accounts.set(phone, condition);
    }
    return condition;
  }
}
