import { jidKind, jidToPhone } from '@waypost/kernel';
import type { Sql } from '@waypost/lanes';
import { chatName, contactName, jidUser } from '../naming/contact-name.js';
import type { Chat, Contact, NewAddress, NewSubject, SeenPerson } from './directory-entries.js';
import {
  insertChats,
  insertContacts,
  readContacts,
  readGroups,
  updateChats,
  updateContacts,
  writeSubjects,
  type AddressColumns,
  type ContactRow,
} from './directory-rows.js';
import { areOnePerson, joinPeople } from './one-person.js';
import type { RecordedAccount } from './recorded-account.js';
import type { SeenAddresses } from './seen-addresses.js';

/**
 * The people and chats that a batch of events names: read at once, changed in memory event by event, written at once.
 *
 * One person is one contact, whichever of their addresses was seen first. `doubles` are found when a person was met under each of
 * their addresses before anything said that these belong together: merge them, and read again.
 */
export class Directory {
  /** All addresses of a person, by each of them, as the events of this batch tell. */
  private readonly told = new Map<string, readonly string[]>();
  private readonly byAddress = new Map<string, Contact>();
  private readonly groups = new Map<string, Chat>();
  private readonly contacts = new Set<Contact>();
  private readonly chats = new Set<Chat>();
  private readonly newAddresses: NewAddress[] = [];
  private readonly subjects = new Map<string, string>();
  private readonly newSubjects = new Map<string, NewSubject>();

  static async load(tx: Sql, seen: ReadonlyMap<RecordedAccount, SeenAddresses>): Promise<Directory> {
    const directory = new Directory();
    const accounts = new Map([...seen.keys()].map((account) => [account.id, account]));
    for (const [account, { people }] of seen) {
      for (const jids of joinPeople(people)) {
        for (const jid of jids) directory.told.set(nameOf(account.id, jid), jids);
      }
    }
    await directory.loadContacts(
      tx,
      accounts,
      addressValues(seen, ({ people }) => people.flat()),
    );
    await directory.loadGroups(
      tx,
      accounts,
      addressValues(seen, ({ groups }) => groups),
    );
    return directory;
  }

  /** Contacts that are one person, as the events tell: the ids of each two or more. */
  doubles(): string[][] {
    const groups = new Map<readonly string[], Set<string>>();
    for (const [name, jids] of this.told) {
      const contact = this.byAddress.get(name);
      if (contact) groups.set(jids, (groups.get(jids) ?? new Set()).add(contact.id));
    }
    return [...groups.values()].filter(({ size }) => size > 1).map((ids) => [...ids]);
  }

  /** The contact of a person, made when they are new; learns addresses, number and name that were not known. */
  person(account: RecordedAccount, { jids: some, pushName }: SeenPerson): Contact {
    const jids = this.allOf(account, some);
    const contact = this.findPerson(account, jids) ?? this.makePerson(account);
    for (const jid of jids) this.learnAddress(contact, jid);
    const name = pushName?.trim() || contact.name;
    const phone = contact.phone ?? phoneOf(jids);
    if (name !== contact.name || phone !== contact.phone)
      Object.assign(contact, { name, phone, isChanged: true });
    const displayName = contactName(contact);
    if (contact.chat && contact.chat.name !== displayName)
      Object.assign(contact.chat, { name: displayName, isRenamed: true });
    return contact;
  }

  /** The chat of an account with one person, named like them. */
  directChat(contact: Contact): { chat: Chat; opened: boolean } {
    if (contact.chat) return { chat: contact.chat, opened: false };
    contact.chat = this.makeChat(contact.account, { contact, name: contactName(contact) });
    return { chat: contact.chat, opened: true };
  }

  /**
   * Learns of a person from others than themselves. Somebody of whom nothing but addresses is told is made no contact, and a name that
   * others give does not replace one that is there.
   */
  acquaint(account: RecordedAccount, { jids, name }: { jids: string[]; name?: string }): void {
    const known = this.findPerson(account, this.allOf(account, jids));
    if (jids.length === 0 || (!known && !name)) return;
    this.person(account, { jids, pushName: known?.name ? undefined : name });
  }

  /** The chat of an account with a group, called by its subject; by its id as long as that is not known. */
  groupChat(account: RecordedAccount, groupJid: string): { chat: Chat; opened: boolean } {
    const key = nameOf(account.id, groupJid);
    const known = this.groups.get(key);
    if (known) return { chat: known, opened: false };
    const chat = this.makeChat(account, { groupJid, name: this.subjects.get(key) ?? jidUser(groupJid) });
    this.groups.set(key, chat);
    return { chat, opened: true };
  }

  /** Renames a group and its chat, if there is one. */
  nameGroup(account: RecordedAccount, groupJid: string, told: string): void {
    const subject = chatName(told);
    const key = nameOf(account.id, groupJid);
    if (subject === '' || jidKind(groupJid) !== 'group') return;
    if (this.subjects.get(key) !== subject) this.newSubjects.set(key, { account, groupJid, subject });
    this.subjects.set(key, subject);
    const chat = this.groups.get(key);
    if (chat && chat.name !== subject) Object.assign(chat, { name: subject, isRenamed: true });
  }

  /** The chat with a person under one of these addresses, or of a group, and that person. Nothing is made. */
  findChat(account: RecordedAccount, chatJid: string, jids: readonly string[]): Chat | undefined {
    const group = this.groups.get(nameOf(account.id, chatJid));
    return group ?? this.findPerson(account, this.allOf(account, jids))?.chat;
  }

  /** The contact under one of these addresses. */
  findContact(account: RecordedAccount, jids: readonly string[]): Contact | undefined {
    return this.findPerson(account, this.allOf(account, jids));
  }

  /**
   * Writes people and new chats, so that all have ids.
   * @throws DirectoryChangedError when what was read is not what is there: roll back and begin anew
   */
  async write(tx: Sql): Promise<void> {
    const contacts = [...this.contacts];
    await insertContacts(
      tx,
      contacts.filter(({ isNew }) => isNew),
      this.newAddresses,
    );
    await updateContacts(
      tx,
      contacts.filter(({ isNew, isChanged }) => isChanged && !isNew),
    );
    await insertChats(
      tx,
      [...this.chats].filter(({ isNew }) => isNew),
    );
    await writeSubjects(tx, [...this.newSubjects.values()]);
  }

  /**
   * Writes what changed in chats that were there. At the end of a batch: other transactions (accepting a message) want the same rows,
   * so they are held for as short as can be.
   */
  async writeChats(tx: Sql): Promise<void> {
    const changed = [...this.chats].filter(({ isRenamed, lastMessageAt }) => isRenamed || lastMessageAt);
    await updateChats(tx, changed);
  }

  /** These addresses, and others of the same person that the events tell. */
  private allOf({ id }: RecordedAccount, jids: readonly string[]): string[] {
    return [...new Set(jids.flatMap((jid) => [jid, ...(this.told.get(nameOf(id, jid)) ?? [])]))];
  }

  /** Several are found where a number changed hands: the LID tells who it is. */
  private findPerson({ id }: RecordedAccount, jids: readonly string[]): Contact | undefined {
    const oldest = (some: readonly string[]) =>
      some
        .map((jid) => this.byAddress.get(nameOf(id, jid)))
        .filter((contact) => contact !== undefined)
        .sort(byAge)[0];
    const byLid = oldest(jids.filter((jid) => jidKind(jid) === 'lid'));
    if (byLid) return byLid;
    // A number alone tells who somebody is, unless it was handed on: then another LID and another number are known of whom it was.
    const byPhone = oldest(jids);
    return byPhone && areOnePerson([...new Set([...byPhone.jids, ...jids])]) ? byPhone : undefined;
  }

  private makePerson(account: RecordedAccount): Contact {
    const contact: Contact = {
      id: '',
      account,
      name: null,
      phone: null,
      jids: [],
      isNew: true,
      born: this.contacts.size,
      isChanged: false,
    };
    this.contacts.add(contact);
    return contact;
  }

  private makeChat(account: RecordedAccount, chat: Pick<Chat, 'contact' | 'groupJid' | 'name'>): Chat {
    const made: Chat = { id: '', account, ...chat, isNew: true, isRenamed: false };
    this.chats.add(made);
    return made;
  }

  /** An address that leads to somebody else already stays theirs. */
  private learnAddress(contact: Contact, jid: string): void {
    const name = nameOf(contact.account.id, jid);
    if (this.byAddress.has(name)) return;
    this.byAddress.set(name, contact);
    contact.jids.push(jid);
    this.newAddresses.push({ contact, jid });
  }

  private async loadContacts(
    tx: Sql,
    accounts: ReadonlyMap<string, RecordedAccount>,
    values: AddressColumns,
  ): Promise<void> {
    const rows = await readContacts(tx, values);
    const seen = new Set<string>();
    for (const row of rows) {
      if (seen.has(row.id)) continue;
      seen.add(row.id);
      const account = accounts.get(row.account_id)!;
      const contact = this.readContact(account, row);
      for (const jid of contact.jids) this.byAddress.set(nameOf(account.id, jid), contact);
    }
  }

  private readContact(account: RecordedAccount, row: ContactRow): Contact {
    const { id, name, phone, jids } = row;
    const contact: Contact = { id, account, name, phone, jids, isNew: false, born: 0, isChanged: false };
    this.contacts.add(contact);
    if (row.chat_id === null) return contact;
    contact.chat = { id: row.chat_id, account, contact, name: row.chat_name, isNew: false, isRenamed: false };
    this.chats.add(contact.chat);
    return contact;
  }

  private async loadGroups(
    tx: Sql,
    accounts: ReadonlyMap<string, RecordedAccount>,
    values: AddressColumns,
  ): Promise<void> {
    const rows = await readGroups(tx, values);
    for (const row of rows) {
      const account = accounts.get(row.account_id)!;
      const { id, name, jid: groupJid, subject } = row;
      if (subject !== null) this.subjects.set(nameOf(account.id, groupJid), subject);
      if (id === null) continue;
      const chat: Chat = { id, account, groupJid, name, isNew: false, isRenamed: false };
      this.chats.add(chat);
      this.groups.set(nameOf(account.id, groupJid), chat);
    }
  }
}

/** Those that are written come first, the oldest of them before the others. */
function byAge(a: Contact, b: Contact): number {
  if (a.isNew || b.isNew) return Number(a.isNew) - Number(b.isNew) || a.born - b.born;
  return Number(BigInt(a.id) - BigInt(b.id));
}

function nameOf(accountId: string, jid: string): string {
  return `${accountId} ${jid}`;
}

/** Two columns: the ids of accounts, and their addresses. */
function addressValues(
  seen: ReadonlyMap<RecordedAccount, SeenAddresses>,
  pick: (addresses: SeenAddresses) => Iterable<string>,
): AddressColumns {
  const rows = [...seen].flatMap(([{ id }, addresses]) =>
    [...new Set(pick(addresses))].map((jid) => ({ id, jid })),
  );
  return [rows.map(({ id }) => id), rows.map(({ jid }) => jid)];
}

function phoneOf(jids: readonly string[]): string | null {
  return jids.map(jidToPhone).find((phone) => phone !== undefined) ?? null;
}
