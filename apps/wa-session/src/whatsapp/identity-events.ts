import type { Contact, GroupMetadata, WASocket } from '@whiskeysockets/baileys';
import type { ContactEvent, GroupEvent } from '@waypost/contracts';
import { bareJid, jidKind } from '@waypost/kernel';
import { createHash } from 'node:crypto';
import type { AccountStore } from '../unit-of-work/account-store.js';
import type { BoundedCache } from './bounded-cache.js';
import type { AskAboutGroup, GroupCache } from './group-cache.js';
import { UnknownGroups } from './unknown-groups.js';

export interface IdentityEventsOptions {
  store: Pick<AccountStore, 'addEvent'>;
  groups: GroupCache;
  /** What was told before, over all connections of the session, so that it is not told again. */
  told: BoundedCache;
  /** Asks WhatsApp about a group. */
  ask: AskAboutGroup;
}

type Participant = GroupMetadata['participants'][number];

/**
 * Notes what WhatsApp tells of people and groups beside their messages: which addresses are one person's, and what they are called. No
 * receipt waits for it, for it is told again, or can be asked.
 */
export class IdentityEvents {
  private readonly unknownGroups: UnknownGroups;

  constructor(private readonly options: IdentityEventsOptions) {
    this.unknownGroups = new UnknownGroups(async (jid) => void (await this.group(jid)));
  }

  listen(ev: WASocket['ev']): void {
    ev.on('lid-mapping.update', ({ lid, pn }) => this.contact(lid, { altJid: pn }));
    ev.on('contacts.upsert', (contacts) => contacts.forEach((one) => this.known(one)));
    // The names in updates are those that people give themselves, which their messages tell.
    ev.on('contacts.update', (changes) =>
      changes.forEach((one) => this.known({ ...one, notify: undefined })),
    );
    ev.on('messaging-history.set', ({ contacts, lidPnMappings }) => {
      for (const { lid, pn } of lidPnMappings ?? []) this.contact(lid, { altJid: pn });
      contacts.forEach((one) => this.known(one));
    });
    ev.on('groups.upsert', (groups) => groups.forEach((group) => this.groupChanged(group)));
    ev.on('groups.update', (groups) => groups.forEach((group) => this.groupChanged(group)));
    ev.on('group-participants.update', ({ id, participants }) => this.groupChanged({ id, participants }));
  }

  /** A message came from here: a group of which nothing is known is asked about, when the connection can. */
  sawChat(jid: string | undefined): void {
    if (jid !== undefined && jidKind(jid) === 'group' && !this.options.groups.has(jid))
      this.unknownGroups.add(jid);
  }

  /** Questions may be asked from now on. */
  opened(): void {
    this.unknownGroups.start();
  }

  closed(): void {
    this.unknownGroups.stop();
  }

  /** What a group is and who is in it. @throws as `GroupCache.get` does */
  group(jid: string): Promise<GroupMetadata> {
    return this.options.groups.get(jid, async (asked) => {
      const metadata = await this.options.ask(asked);
      this.addGroup(metadata);
      return metadata;
    });
  }

  private groupChanged(change: Partial<GroupMetadata>): void {
    this.options.groups.forget(change.id);
    this.addGroup(change);
  }

  private addGroup({ id, subject, participants }: Partial<GroupMetadata>): void {
    const jid = bareJid(id ?? '');
    if (!jid || jidKind(jid) !== 'group') return;
    const known = (participants ?? []).flatMap(bothAddresses);
    if (!subject && known.length === 0) return;
    const event: GroupEvent = { jid, subject: subject || undefined, participants: known };
    this.tell('group', jid, event);
  }

  private known({ id, lid, phoneNumber, name, notify, verifiedName }: Partial<Contact>): void {
    const called = name || verifiedName || notify;
    if (id && jidKind(id) === 'group') return this.addGroup({ id, subject: called });
    this.contact(id, { altJid: otherThan(id, [lid, phoneNumber]), name: called });
  }

  private contact(address: string | undefined, { altJid, name }: { altJid?: string; name?: string }): void {
    const jid = bareJid(address ?? '');
    if (!jid || !['phone', 'lid'].includes(jidKind(jid))) return;
    const alt = altJid && bareJid(altJid);
    if (!alt && !name) return;
    const event: ContactEvent = { jid, altJid: alt || undefined, name: name || undefined };
    this.tell('contact', jid, event);
  }

  private tell(kind: 'contact' | 'group', jid: string, event: object): void {
    const said = createHash('sha256').update(JSON.stringify(event)).digest('base64');
    const given = Object.entries(event).flatMap(([field, value]) => (value === undefined ? [] : field));
    const key = `${jid} ${given.join()}`;
    if (this.options.told.get(key) === said) return;
    this.options.told.set(key, said);
    this.options.store.addEvent({ kind, event });
  }
}

function bothAddresses({ id, lid, phoneNumber }: Partial<Participant>): { jid: string; altJid: string }[] {
  const jid = bareJid(id ?? '');
  const altJid = otherThan(id, [lid, phoneNumber]);
  return jid && altJid ? [{ jid, altJid }] : [];
}

function otherThan(id: string | undefined, forms: readonly (string | undefined)[]): string | undefined {
  const jid = bareJid(id ?? '');
  return forms.map((form) => bareJid(form ?? '')).find((form) => form !== undefined && form !== jid);
}
