import type { AccountState } from '@waypost/persistence';
import { mayFollow } from './account-states.js';
import type { AccountStatus, PairingProgress, PairingWish } from './account-record.js';
import { LatestWriter } from './latest-writer.js';
import { pairingEnd } from './pairing-end.js';

export interface ReportPorts {
  /** @returns false when the lease is lost */
  writeStatus(status: AccountStatus): Promise<boolean>;
  writePairing(wish: PairingWish, progress: PairingProgress): Promise<void>;
  writeNewChatsLock(until: Date | null): Promise<void>;
  log(level: 'info' | 'warn' | 'error', event: string, fields: Record<string, unknown>): void;
}

/** What a session tells people: the account's state, and how far linking got. The latest counts; it is written until it is written. */
export class SessionReport {
  /** Whose linking is under way; its progress is written against that very wish, not a later one. */
  pairing?: PairingWish;
  /** The state that was told last, for metrics. */
  state: AccountState = 'connecting';
  private told?: AccountState;
  /** Wishes for the account that were heeded, by the time they were made; told along until somebody makes another. */
  private heeded?: string;
  private readonly status: LatestWriter<AccountStatus>;
  private readonly progressOf: LatestWriter<{ wish: PairingWish; progress: PairingProgress }>;
  private readonly newChatsLock: LatestWriter<Date | null>;

  constructor(
    private readonly ports: ReportPorts,
    leaseLost: () => void,
  ) {
    const failed = (error: unknown) =>
      ports.log('warn', 'session.status_not_written', { error: String(error) });
    this.status = new LatestWriter(async (value) => {
      if (!(await ports.writeStatus(value))) leaseLost();
    }, failed);
    this.progressOf = new LatestWriter(({ wish, progress }) => ports.writePairing(wish, progress), failed);
    this.newChatsLock = new LatestWriter((until) => ports.writeNewChatsLock(until), failed);
  }

  tell(status: AccountStatus): void {
    if (!mayFollow(this.told, status.state))
      this.ports.log('error', 'session.unexpected_state', { before: this.told, state: status.state });
    this.told = this.state = status.state;
    this.status.put({ ...status, heeded: this.heeded });
    this.endPairingIfBackingOff();
  }

  /** The wish is being seen to: the next status takes it off the account. */
  heed(madeAt: string): void {
    this.heeded = madeAt;
  }

  progress(progress: PairingProgress): void {
    if (this.pairing) this.progressOf.put({ wish: this.pairing, progress });
  }

  /** The last word on linking. */
  endPairing(progress: PairingProgress): void {
    this.progress(progress);
    this.pairing = undefined;
  }

  /** An account that backs off is linked, and may do so for long: nobody who wants to link it waits along. */
  endPairingIfBackingOff(): void {
    if (this.state === 'backing_off') this.endPairing(pairingEnd('linked_already'));
  }

  /** Until when the account may not write to new contacts; null: it may again. */
  newChatsLocked(until: Date | null): void {
    this.newChatsLock.put(until);
  }

  /** Resolves when what was told last is written. */
  async flush(): Promise<void> {
    await Promise.all([this.status.flush(), this.progressOf.flush(), this.newChatsLock.flush()]);
  }

  /** Tells nothing more. */
  close(): void {
    this.status.close();
    this.progressOf.close();
    this.newChatsLock.close();
  }
}
