import type { MessageEnvelope } from '@waypost/contracts';
import { jidKind } from '@waypost/kernel';
import type { RecordedAccount } from './recorded-account.js';

/** The addresses that the events of one account name. */
export interface SeenAddresses {
  /** Each: addresses of one person. */
  people: string[][];
  groups: Set<string>;
}

/** Whom the events of a batch name, by account. */
export class Seen {
  readonly byAccount = new Map<RecordedAccount, SeenAddresses>();

  person(account: RecordedAccount, jids: readonly (string | undefined)[]): void {
    const people = personJids(jids);
    if (people.length > 0) this.of(account).people.push(people);
  }

  group(account: RecordedAccount, jid: string): void {
    if (jidKind(jid) === 'group') this.of(account).groups.add(jid);
  }

  message(account: RecordedAccount, event: MessageEnvelope): void {
    this.group(account, event.chatJid);
    this.person(account, peerJids(event));
    if (jidKind(event.chatJid) === 'group') this.person(account, senderJids(event));
  }

  private of(account: RecordedAccount): SeenAddresses {
    const known = this.byAccount.get(account) ?? { people: [], groups: new Set() };
    this.byAccount.set(account, known);
    return known;
  }
}

/** The author's addresses, when it is not the account itself. */
export function senderJids({ fromMe, senderJid, senderAltJid }: MessageEnvelope): string[] {
  return fromMe ? [] : personJids([senderJid, senderAltJid]);
}

/** The addresses of the other person of a direct chat. */
export function peerJids(event: MessageEnvelope): string[] {
  if (jidKind(event.chatJid) === 'group') return [];
  return personJids([event.chatJid, event.chatAltJid, ...senderJids(event)]);
}

/** The addresses among these that name a person: no groups, broadcasts or channels; each once. */
export function personJids(jids: readonly (string | undefined)[]): string[] {
  const people = jids.filter((jid) => jid !== undefined && ['phone', 'lid'].includes(jidKind(jid)));
  return [...new Set(people as string[])];
}
