import type { Fault } from './fault.js';

interface Condition {
  delayMs: number;
  acksToDrop: number;
  duplicates: number;
  rejections: { code: number; left: number }[];
  newChatsLockedUntil: Date;
  clientTooOld: boolean;
}

const calm = (): Condition => ({
  delayMs: 0,
  acksToDrop: 0,
  duplicates: 0,
  rejections: [],
  newChatsLockedUntil: new Date(0),
  clientTooOld: false,
});

/** What is wrong with the network at the moment, per account and for all. Kept in memory: a restart mends everything. */
export class Conditions {
  private readonly accounts = new Map<string, Condition>();
  private network = calm();

  /** @param phone the account, or undefined for the whole network */
  set(phone: string | undefined, fault: Fault, now: Date): void {
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
      case 'new_chats_locked':
        condition.newChatsLockedUntil = new Date(now.getTime() + (fault.seconds ?? 0) * 1000);
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

  /** When the account may write to new contacts again; undefined when it may now. */
  newChatsLockedUntil(phone: string, now: Date): Date | undefined {
    const ends = this.affecting(phone).map(({ newChatsLockedUntil }) => newChatsLockedUntil.getTime());
    const last = Math.max(...ends);
    return last > now.getTime() ? new Date(last) : undefined;
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
