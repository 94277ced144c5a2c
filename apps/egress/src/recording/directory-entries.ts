import type { RecordedAccount } from './recorded-account.js';

/** What an event tells of a person. */
export interface SeenPerson {
  /** All forms of their address that the event carries: phone number JID, LID. At least one. */
  jids: string[];
  /** The name they gave themselves, when it was their own message. */
  pushName?: string;
}

/** A person, as after the events so far. */
export interface Contact {
  /** A bigint, kept as text; '' until it is written. */
  id: string;
  account: RecordedAccount;
  name: string | null;
  phone: string | null;
  jids: string[];
  chat?: Chat;
  isNew: boolean;
  /** Of a new one, its place among those. */
  born: number;
  isChanged: boolean;
}

/** A chat, as after the events so far. */
export interface Chat {
  /** A bigint, kept as text; '' until it is written. */
  id: string;
  account: RecordedAccount;
  contact?: Contact;
  groupJid?: string;
  name: string;
  lastMessageAt?: Date;
  isNew: boolean;
  isRenamed: boolean;
}

/** What a group is called now. */
export interface NewSubject {
  account: RecordedAccount;
  groupJid: string;
  subject: string;
}

export interface NewAddress {
  contact: Contact;
  jid: string;
}

/** Somebody else wrote one of these people or chats since they were read. */
export class DirectoryChangedError extends Error {
  constructor() {
    super('a contact or chat was made by another process at the same time');
    this.name = 'DirectoryChangedError';
  }
}
