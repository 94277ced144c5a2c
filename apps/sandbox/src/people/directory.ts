import { randomInt } from 'node:crypto';
import { jidToPhone } from '@waypost/kernel';
import { Refusal } from '../refusal.js';
import { parseAddress } from '../nodes/address.js';
import type { Store } from '../storage/store.js';
import type { Person, PersonChange } from './person.js';

interface PersonRow {
  phone: string;
  lid: string;
  name: string;
  on_whatsapp: number;
  online: number;
  reads_messages: number;
  addressing: Person['addressing'];
}

const SHORTEST_REACHABLE = 7;
const LONGEST_REACHABLE = 15;

/** Everybody on the network, by phone and by LID. Call within a unit. */
export class Directory {
  /** @param autoContacts whether a number that nobody made becomes a person when it is written to */
  constructor(
    private readonly store: Store,
    private readonly autoContacts: boolean,
  ) {}

  find(phone: string): Person | undefined {
    const row = this.store.find<PersonRow>('SELECT * FROM person WHERE phone = ?', phone);
    return row && toPerson(row);
  }

  /** Whose address this is, in either form and with any device; people are not created here. */
  findByJid(jid: string | undefined): Person | undefined {
    const address = parseAddress(jid);
    if (!address) return undefined;
    if (address.server !== 'lid') return this.find(`+${address.user}`);
    const row = this.store.find<PersonRow>('SELECT * FROM person WHERE lid = ?', address.user);
    return row && toPerson(row);
  }

  /** Who answers at this number: a person on WhatsApp, made now if numbers answer by themselves; undefined for nobody. */
  reach(phone: string): Person | undefined {
    const known = this.find(phone);
    if (known) return known.onWhatsApp ? known : undefined;
    return this.answers(phone) ? this.create(phone, {}) : undefined;
  }

  reachByJid(jid: string): Person | undefined {
    const phone = jidToPhone(jid);
    if (phone) return this.reach(phone);
    const person = this.findByJid(jid);
    return person?.onWhatsApp ? person : undefined;
  }

  /** Whether a lookup of this number says yes, without making anybody. */
  answers(phone: string): boolean {
    const known = this.find(phone);
    if (known) return known.onWhatsApp;
    const digits = phone.length - 1;
    return this.autoContacts && digits >= SHORTEST_REACHABLE && digits <= LONGEST_REACHABLE;
  }

  /** Creates the person or changes what is given. */
  put(phone: string, change: PersonChange): Person {
    const holder = change.lid && this.findByJid(`${change.lid}@lid`);
    if (holder && holder.phone !== phone) {
      throw new Refusal('conflict', `The LID ${change.lid} belongs to ${holder.phone}; choose another one.`);
    }
    const known = this.find(phone);
    if (!known) return this.create(phone, change);
    const person = { ...known, ...withoutUndefined(change) };
    this.store.run(
      `UPDATE person SET lid = ?, name = ?, on_whatsapp = ?, online = ?, reads_messages = ?, addressing = ?
         WHERE phone = ?`,
      person.lid,
      person.name,
      Number(person.onWhatsApp),
      Number(person.online),
      Number(person.readsMessages),
      person.addressing,
      phone,
    );
    return person;
  }

  private create(phone: string, change: PersonChange): Person {
    const person: Person = {
      phone,
      lid: this.freeLid(),
      name: `Contact ${phone.slice(-4)}`,
      onWhatsApp: true,
      online: true,
      readsMessages: false,
      addressing: 'pn',
      ...withoutUndefined(change),
    };
    this.store.run(
      `INSERT INTO person (phone, lid, name, on_whatsapp, online, reads_messages, addressing)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      person.phone,
      person.lid,
      person.name,
      Number(person.onWhatsApp),
      Number(person.online),
      Number(person.readsMessages),
      person.addressing,
    );
    return person;
  }

  private freeLid(): string {
    for (;;) {
      const lid = `${randomInt(100, 999)}${String(randomInt(0, 1e12)).padStart(12, '0')}`;
      if (!this.store.find('SELECT 1 FROM person WHERE lid = ?', lid)) return lid;
    }
  }
}

function toPerson(row: PersonRow): Person {
  return {
    phone: row.phone,
    lid: row.lid,
    name: row.name,
    onWhatsApp: row.on_whatsapp === 1,
    online: row.online === 1,
    readsMessages: row.reads_messages === 1,
    addressing: row.addressing,
  };
}

function withoutUndefined(change: PersonChange): PersonChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
