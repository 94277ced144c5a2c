import { ContractError, type AckEvent, type ContactEvent, type GroupEvent } from '@waypost/contracts';
import { readEvent, type ReadEvent, type WaitingEvent } from './account-events.js';
import type { HappenedMessage } from './record-messages.js';
import { progressOfAck, progressOfReceipt, type Progress } from './record-progress.js';
import type { Refusal } from './record-refusals.js';
import type { Revision } from './record-revisions.js';
import type { RecordedAccount } from './recorded-account.js';
import { Seen } from './seen-addresses.js';

/** What a batch of events says, each kind in the order of its events. `place`: where the event stands in the batch. */
export class EventBatch {
  readonly seen = new Seen();
  readonly messages: (HappenedMessage & { place: number })[] = [];
  readonly progress: Progress[] = [];
  readonly refusals: Refusal[] = [];
  readonly revisions: Revision[] = [];
  readonly contacts: { account: RecordedAccount; event: ContactEvent }[] = [];
  readonly groups: { account: RecordedAccount; event: GroupEvent }[] = [];

  /**
   * @param accounts those that exist, by id; events of others change nothing
   * @param onSkipped told of events that do not have the shape of their kind
   */
  constructor(
    events: readonly WaitingEvent[],
    accounts: ReadonlyMap<string, RecordedAccount>,
    onSkipped: (event: WaitingEvent, reason: string) => void,
  ) {
    events.forEach((waiting, place) => {
      const account = accounts.get(waiting.accountId);
      if (account) this.add(account, read(waiting, onSkipped), place);
    });
  }

  private add(account: RecordedAccount, read: ReadEvent, place: number): void {
    switch (read.kind) {
      case 'message':
        this.seen.message(account, read.event);
        this.messages.push({ account, event: read.event, place });
        return;
      case 'edit':
      case 'delete':
        this.seen.message(account, read.event);
        this.revisions.push({ account, ...read });
        return;
      case 'contact':
        this.seen.person(account, [read.event.jid, read.event.altJid]);
        this.contacts.push({ account, event: read.event });
        return;
      case 'group':
        this.seen.group(account, read.event.jid);
        for (const { jid, altJid } of read.event.participants ?? []) this.seen.person(account, [jid, altJid]);
        this.groups.push({ account, event: read.event });
        return;
      case 'ack':
        this.progress.push(...progressOfAck(account.id, read.event, place));
        this.refusals.push(...refusalOf(account, read.event));
        return;
      case 'receipt':
        this.progress.push(...progressOfReceipt(account.id, read.event, place));
        return;
      case 'nothing':
        return;
      default:
        read satisfies never;
    }
  }
}

function refusalOf(account: RecordedAccount, { keyId, errorCode }: AckEvent): Refusal[] {
  return errorCode === undefined ? [] : [{ account, keyId, code: errorCode }];
}

function read(waiting: WaitingEvent, onSkipped: (event: WaitingEvent, reason: string) => void): ReadEvent {
  try {
    return readEvent(waiting);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    onSkipped(waiting, error.message);
    return { kind: 'nothing' };
  }
}
