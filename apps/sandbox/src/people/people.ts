import type { LinkedDevices } from '../linking/linked-devices.js';
import { sealMedia, type MediaKind } from '../media/media-cipher.js';
import { mediaBody } from '../media/media-message.js';
import { nameOf, type MediaServer } from '../media/media-server.js';
import { jidOf } from '../nodes/address.js';
import { Refusal } from '../refusal.js';
import { kindBody, TARGETED_KINDS, type WrittenKind } from '../signal/kind-body.js';
import { textBody } from '../signal/message-body.js';
import type { Store } from '../storage/store.js';
import type { Directory } from './directory.js';
import type { Person, PersonChange } from './person.js';
import type { PhoneInbox } from './phone-inbox.js';
import { newPhoneMessageId, type PhoneOutbox } from './phone-outbox.js';
import type { Screen, ShownMessage } from './screen.js';

/** A file that somebody sends from their phone. */
export interface WrittenMedia {
  kind: MediaKind;
  fileName?: string;
  mimeType: string;
  content: Buffer;
  /** The host and port under which accounts reach the media server. */
  host: string;
}

export interface Writing {
  /** The phone of the other side. */
  to: string;
  text: string;
  media?: WrittenMedia;
  /** What it is, when it is neither a plain text nor a file. */
  kind?: WrittenKind;
  /** The id of the message that is edited, deleted or reacted to. */
  target?: string;
  /** The WhatsApp id to use; made up when missing. */
  id?: string;
}

/** What people with phones do: appear, come and go, read, write. */
export class People {
  constructor(
    private readonly store: Store,
    private readonly directory: Directory,
    private readonly devices: LinkedDevices,
    private readonly phones: { inbox: PhoneInbox; outbox: PhoneOutbox },
    private readonly screen: Screen,
    private readonly media: MediaServer,
  ) {}

  /** Creates the person or changes what is given; a phone that comes online takes what waited for it. */
  put(phone: string, change: PersonChange): Promise<Person> {
    return this.store.unit(async () => {
      const before = this.directory.find(phone);
      const person = this.directory.put(phone, change);
      if (person.online && before?.online === false) await this.phones.inbox.comeOnline(person);
      if (person.online && person.readsMessages && before) this.phones.inbox.readAll(person);
      return person;
    });
  }

  get(phone: string): Promise<Person> {
    return this.store.unit(() => this.known(phone));
  }

  /** What the phone shows, in the order of arrival. */
  messages(phone: string): Promise<ShownMessage[]> {
    return this.store.unit(() => this.screen.list(this.known(phone).phone));
  }

  /** A contact writes to an account, or to a person of whom it may become one. @returns the id of the message */
  writeToAccount(phone: string, writing: Writing): Promise<{ id: string }> {
    return this.store.unit(() => {
      const to = this.directory.find(writing.to);
      if (!to) {
        throw new Refusal(
          'not_found',
          `Nobody has the number ${writing.to}. Link a device to it with POST /pairings, or create the person with PUT /contacts/${writing.to}.`,
        );
      }
      const writer = this.directory.reach(phone);
      if (!writer) {
        throw new Refusal(
          'conflict',
          `${phone} is not on WhatsApp. Put the contact with "onWhatsApp": true first.`,
        );
      }
      return this.write(writer, to, writing);
    });
  }

  /** A phone asks an account's devices to encrypt a message again that it got from them. */
  askAgain(phone: string, message: { from: string; id: string; withKeys: boolean }): Promise<void> {
    return this.store.unit(() => {
      const person = this.known(phone);
      if (!this.devices.isAccount(message.from)) throw noAccount(message.from);
      if (!this.phones.inbox.demand(person, message, this.devices.of(message.from))) {
        throw new Refusal(
          'not_found',
          `${phone} shows no message ${message.id} from ${message.from}; GET /contacts/${phone}/messages lists what it shows.`,
        );
      }
    });
  }

  /** The owner's phone tells the linked devices what it shows, as if they had asked for older messages. */
  shareHistory(phone: string): Promise<{ devices: number }> {
    return this.store.unit(async () => {
      if (!this.devices.isAccount(phone)) throw noAccount(phone);
      const devices = this.devices.of(phone);
      for (const device of devices) {
        await this.phones.outbox.shareHistory(this.known(phone), device, new Date());
      }
      return { devices: devices.length };
    });
  }

  /** The owner of an account writes on their own phone; linked devices get a copy. @returns the id of the message */
  writeAsOwner(phone: string, writing: Writing): Promise<{ id: string }> {
    return this.store.unit(() => {
      if (!this.devices.isAccount(phone)) throw noAccount(phone);
      const to = this.directory.reach(writing.to);
      if (!to)
        throw new Refusal(
          'conflict',
          `${writing.to} is not on WhatsApp. Put it with PUT /contacts/{phone} first.`,
        );
      return this.write(this.directory.find(phone)!, to, writing);
    });
  }

  private async write(writer: Person, to: Person, writing: Writing): Promise<{ id: string }> {
    if (writer.phone === to.phone) throw new Refusal('unprocessable', 'Writing to oneself is not simulated.');
    const id = writing.id ?? newPhoneMessageId();
    const at = new Date();
    await this.phones.outbox.write(writer, to, id, this.encode(to, writing), at);
    if (writing.kind && TARGETED_KINDS.includes(writing.kind)) return { id };
    const arrival = {
      to,
      from: { phone: writer.phone, device: 0 },
      id,
      chatJid: jidOf(to, to.addressing),
      type: 'plain' as const,
      bytes: Buffer.from(writing.text),
      at,
    };
    this.phones.inbox.accept(await this.phones.inbox.open(arrival));
    return { id };
  }

  private encode(to: Person, { text, media, kind, target = '' }: Writing): Buffer {
    if (kind) return kindBody(kind, text, { id: target, chatJid: jidOf(to, to.addressing) });
    if (!media) return textBody(text);
    const sealed = sealMedia(media.content, media.kind);
    this.media.put(sealed.fileEncSha256, sealed.blob);
    const url = `http://${media.host}/mms/${media.kind}/${nameOf(sealed.fileEncSha256)}`;
    return mediaBody({ ...media, size: media.content.length }, sealed, url, text);
  }

  private known(phone: string): Person {
    const person = this.directory.find(phone);
    if (!person) {
      throw new Refusal(
        'not_found',
        `Nobody has the number ${phone}. Create the contact with PUT /contacts/${phone}.`,
      );
    }
    return person;
  }
}

export function noAccount(phone: string): Refusal {
  return new Refusal(
    'not_found',
    `${phone} is no account: no device was ever linked to it. Link one with POST /pairings.`,
  );
}
