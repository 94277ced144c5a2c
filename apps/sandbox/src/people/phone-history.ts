import { groupOf, jidOf } from '../nodes/address.js';
import type { History, PastChat } from '../signal/history-sync.js';
import type { Store } from '../storage/store.js';
import type { Directory } from './directory.js';
import type { Groups } from './groups.js';
import type { Person } from './person.js';

/** A phone tells its linked devices of this many messages, the latest. */
const LATEST = 1_000;

interface PastRow {
  from_phone: string;
  to_phone: string;
  id: string;
  text: string;
  received_at: string;
}

/** What a phone can tell its linked devices of the time before they were linked. Call within a unit. */
export class PhoneHistory {
  constructor(
    private readonly store: Store,
    private readonly directory: Directory,
    private readonly groups: Groups,
  ) {}

  of(owner: Person): History {
    const rows = this.store.list<PastRow>(
      `SELECT from_phone, to_phone, id, text, received_at FROM shown WHERE phone = ? ORDER BY seq DESC LIMIT ?`,
      owner.phone,
      LATEST,
    );
    const chats = new Map<string, PastChat>();
    const people = new Map<string, Person>([[owner.phone, owner]]);
    for (const row of rows) {
      const writer = this.directory.find(row.from_phone)!;
      if (writer.phone !== owner.phone) people.set(writer.phone, writer);
      const chat = this.chatOf(owner, row);
      if (!chat) continue;
      const known = chats.get(chat.jid) ?? chat;
      chats.set(chat.jid, known);
      known.messages.push({
        id: row.id,
        fromMe: writer.phone === owner.phone,
        participant: chat.pnJid === undefined ? jidOf(writer, 'lid') : undefined,
        pushName: writer.name,
        text: row.text,
        at: new Date(row.received_at),
      });
    }
    const others = [...people.values()].filter(({ phone }) => phone !== owner.phone);
    return {
      chats: [...chats.values()],
      pushNames: others.map((person) => ({ id: jidOf(person, person.addressing), pushname: person.name })),
      mappings: [...people.values()].map((person) => ({
        pnJid: jidOf(person, 'pn'),
        lidJid: jidOf(person, 'lid'),
      })),
    };
  }

  private chatOf(owner: Person, { from_phone, to_phone }: PastRow): PastChat | undefined {
    const jid = groupOf(to_phone);
    if (jid) return { jid, name: this.groups.find(jid)?.subject ?? '', messages: [] };
    const other = this.directory.find(from_phone === owner.phone ? to_phone : from_phone);
    if (!other) return undefined;
    return {
      jid: jidOf(other, other.addressing),
      name: other.name,
      pnJid: jidOf(other, 'pn'),
      lidJid: jidOf(other, 'lid'),
      messages: [],
    };
  }
}
