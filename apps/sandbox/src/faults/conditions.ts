import type { Fault } from './fault.js';

interface Rejection {
  code: number;
  left: number;
  /** How long after an ack that says nothing of it; undefined: instead of the ack. */
  lateMs: number | undefined;
}

interface Condition {
  delayMs: number;
  acksToDrop: number;
  receiptsToDrop: number;
  duplicates: { otherAddress: boolean; left: number }[];
  rejections: Rejection[];
  queriesToRefuse: number;
  newChatsLockedUntil: Date;
  loginRefusal: { code: number; left: number };
  ban: { until: Date; reason: number };
  clientTooOld: boolean;
  acceptedVersions: string[] | undefined;
  passkeyRequired: boolean;
  scansToRefuse: number;
}

/** Why a client is not let in, as the server tells it. */
export interface LoginRefusal {
  code: number;
  /** 402: the reason of the ban. */
  reason?: number;
  /** 402: seconds until it ends. */
  seconds?: number;
}

const CLIENT_TOO_OLD = 405;
const TEMPORARILY_BANNED = 402;
const SENT_TO_TOO_MANY = 101;

const calm = (): Condition => ({
  delayMs: 0,
  acksToDrop: 0,
  receiptsToDrop: 0,
  duplicates: [],
  rejections: [],
  queriesToRefuse: 0,
  newChatsLockedUntil: new Date(0),
  loginRefusal: { code: 0, left: 0 },
  ban: { until: new Date(0), reason: 0 },
  clientTooOld: false,
  acceptedVersions: undefined,
  passkeyRequired: false,
  scansToRefuse: 0,
});

/** What is wrong with the network at the moment, per account and for all. Kept in memory: a restart mends everything. */
export class Conditions {
  private readonly accounts = new Map<string, Condition>();
  private network = calm();

  /** @param phone the account, or undefined for the whole network */
  set(phone: string | undefined, fault: Fault, now: Date): void {
    if (fault.kind === 'clear') this.clear(phone);
    else Object.assign(this.conditionOf(phone), change(this.conditionOf(phone), fault, now));
  }

  delayMs(phone: string): number {
    return Math.max(this.network.delayMs, this.accounts.get(phone)?.delayMs ?? 0);
  }

  /** Whether this ack is lost on its way. Each question uses one up. */
  dropsAck(phone: string): boolean {
    return this.use(phone, (condition) => condition.acksToDrop > 0 && condition.acksToDrop-- > 0);
  }

  /** Whether this receipt of a device is lost on its way. Each question uses one up. */
  dropsReceipt(phone: string): boolean {
    return this.use(phone, (condition) => condition.receiptsToDrop > 0 && condition.receiptsToDrop-- > 0);
  }

  /** Whether a query that WhatsApp limits is refused. Each question uses one up. */
  refusesQuery(phone: string): boolean {
    return this.use(phone, (condition) => condition.queriesToRefuse > 0 && condition.queriesToRefuse-- > 0);
  }

  /** Whether the next message comes twice, and how. Each question uses one up. */
  takeDuplicate(phone: string): { otherAddress: boolean } | undefined {
    return this.take(phone, ({ duplicates }) => duplicates);
  }

  /** What becomes of the account's next message, if it is to be refused. Each question uses one up. */
  takeRejection(phone: string): { code: number; lateMs: number | undefined } | undefined {
    return this.take(phone, ({ rejections }) => rejections);
  }

  /** When the account may write to new contacts again; undefined when it may now. */
  newChatsLockedUntil(phone: string, now: Date): Date | undefined {
    const ends = this.affecting(phone).map(({ newChatsLockedUntil }) => newChatsLockedUntil.getTime());
    const last = Math.max(...ends);
    return last > now.getTime() ? new Date(last) : undefined;
  }

  /** Why no client of this version is let in, whether it is linked or wants to be. */
  clientRefusal(phone: string, version: string): LoginRefusal | undefined {
    const unwelcome = this.affecting(phone).some(
      ({ clientTooOld, acceptedVersions }) =>
        clientTooOld || (acceptedVersions !== undefined && !acceptedVersions.includes(version)),
    );
    return unwelcome ? { code: CLIENT_TOO_OLD } : undefined;
  }

  /** Why this account is not let in. Each question uses up one of a counted refusal. */
  takeLoginRefusal(phone: string, now: Date): LoginRefusal | undefined {
    for (const { ban, loginRefusal } of this.affecting(phone)) {
      const milliseconds = ban.until.getTime() - now.getTime();
      if (milliseconds > 0) {
        return { code: TEMPORARILY_BANNED, reason: ban.reason, seconds: Math.ceil(milliseconds / 1000) };
      }
      if (loginRefusal.left > 0 && loginRefusal.left-- > 0) return { code: loginRefusal.code };
    }
    return undefined;
  }

  passkeyRequired(phone: string): boolean {
    return this.affecting(phone).some((condition) => condition.passkeyRequired);
  }

  /** Whether a scan by this phone only makes the device show a new QR. Each question uses one up. */
  refusesScan(phone: string): boolean {
    return this.use(phone, (condition) => condition.scansToRefuse > 0 && condition.scansToRefuse-- > 0);
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

  private take<Counted extends { left: number }>(
    phone: string,
    listOf: (condition: Condition) => Counted[],
  ): Counted | undefined {
    for (const list of this.affecting(phone).map(listOf)) {
      const first = list[0];
      if (!first) continue;
      first.left -= 1;
      if (first.left <= 0) list.shift();
      return first;
    }
    return undefined;
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

/** What a fault changes. */
function change(was: Condition, fault: Fault, now: Date): Partial<Condition> {
  const { ms = 0, count, code } = fault;
  const lasting = count ?? Infinity;
  const next = count ?? 1;
  const until = new Date(now.getTime() + (fault.seconds ?? 0) * 1000);
  switch (fault.kind) {
    case 'delay':
      return { delayMs: ms };
    case 'drop_acks':
      return { acksToDrop: lasting };
    case 'drop_receipts':
      return { receiptsToDrop: lasting };
    case 'rate_limited':
      return { queriesToRefuse: lasting };
    case 'duplicate_next':
      return {
        duplicates: [...was.duplicates, { otherAddress: fault.otherAddress ?? false, left: next }],
      };
    case 'reject_next':
      return { rejections: [...was.rejections, { code: code ?? 479, left: next, lateMs: undefined }] };
    case 'reject_late':
      return { rejections: [...was.rejections, { code: code ?? 479, left: next, lateMs: ms }] };
    case 'new_chats_locked':
      return { newChatsLockedUntil: until };
    case 'temporary_ban':
      return { ban: { until, reason: code ?? SENT_TO_TOO_MANY } };
    case 'refuse_login':
      return { loginRefusal: { code: code ?? 503, left: lasting } };
    case 'client_too_old':
      return { clientTooOld: true };
    case 'accept_versions':
      return { acceptedVersions: fault.versions };
    case 'passkey_required':
      return { passkeyRequired: true };
    case 'qr_refresh':
      return { scansToRefuse: next };
    default:
      return {};
  }
}
