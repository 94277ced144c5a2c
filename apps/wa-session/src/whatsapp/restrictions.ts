import type { NewChatMessageCapInfo, ReachoutTimelockState, WASocket } from '@whiskeysockets/baileys';

/** WhatsApp's own clients take this for the end of a lock when none is told. */
const UNTOLD_LOCK_MS = 60_000;
const UNTOLD_CAP_MS = 3_600_000;

/**
 * Until when the account may not write to people who never wrote to it: WhatsApp locks accounts that reach out too much, and caps how many new
 * chats they may begin in a time. It tells so by itself, and when it is asked.
 */
export class Restrictions {
  private asking = 0;

  /** @param changed told until when new chats are locked; null: not any more */
  constructor(
    private readonly socket: Pick<WASocket, 'ev' | 'fetchAccountReachoutTimelock'>,
    private readonly changed: (until: Date | null) => void,
  ) {
    socket.ev.on('connection.update', ({ reachoutTimeLock }) => {
      if (reachoutTimeLock) this.told(reachoutTimeLock);
    });
    socket.ev.on('message-capping.update', (cap) => this.capped(cap));
  }

  /** Asks WhatsApp. @returns unix milliseconds; undefined when there is no lock. @throws without an answer */
  async newChatsLockedUntil(): Promise<number | undefined> {
    this.asking++;
    try {
      return (await this.socket.fetchAccountReachoutTimelock()).timeEnforcementEnds?.getTime();
    } finally {
      this.asking--;
    }
  }

  private told({ isActive, timeEnforcementEnds }: ReachoutTimelockState): void {
    if (isActive) return this.changed(timeEnforcementEnds ?? new Date(Date.now() + UNTOLD_LOCK_MS));
    // Baileys tells an answer like a change. We ask because a message was refused, which the answer does not undo.
    if (this.asking === 0) this.changed(null);
  }

  private capped({ capping_status, cycle_end_timestamp }: NewChatMessageCapInfo): void {
    if (capping_status === 'CAPPED') {
      const endsAt = Number(cycle_end_timestamp) * 1_000;
      this.changed(new Date(endsAt > Date.now() ? endsAt : Date.now() + UNTOLD_CAP_MS));
      return;
    }
    // There is no cap any more, but there may be a lock.
    this.newChatsLockedUntil().then(
      (until) => this.changed(until === undefined ? null : new Date(until)),
      () => undefined,
    );
  }
}
