import type { Addressing } from '../nodes/address.js';
import { Refusal } from '../refusal.js';
import { textBody } from '../signal/message-body.js';
import type { Store } from '../storage/store.js';
import type { Directory } from './directory.js';
import type { GroupNews } from './group-news.js';
import type { GroupOutbox } from './group-outbox.js';
import { isMember, type Group, type Groups } from './groups.js';
import type { Person } from './person.js';
import type { PhoneInbox } from './phone-inbox.js';
import { newPhoneMessageId } from './phone-outbox.js';
import type { Screen, ShownMessage } from './screen.js';
import { usedId } from './written-messages.js';

export interface GroupView {
  jid: string;
  subject: string;
  addressing: Addressing;
  /** Phones, in the order in which they were added. */
  participants: string[];
}

/** What people do with groups: make them, write to them, read them. */
export class GroupChats {
  constructor(
    private readonly store: Store,
    private readonly directory: Directory,
    private readonly groups: Groups,
    private readonly phones: { inbox: PhoneInbox; outbox: GroupOutbox; news: GroupNews },
    private readonly screen: Screen,
  ) {}

  /** The first of the participants makes the group. Unknown numbers become people, as when they are written to. */
  create(subject: string, participants: string[], addressing: Addressing): Promise<GroupView> {
    return this.store.unit(() => {
      const members = participants.map((phone) => this.reach(phone));
      const group = this.groups.create(subject, addressing, members);
      this.phones.news.created(group, group.members[0]!, group.members);
      return view(group);
    });
  }

  /**
   * A member changes the group: its subject, who is in it, or both. Who removes only themselves leaves it.
   * @param change.by the member who does it; the first one when missing
   */
  change(
    jid: string,
    change: { by?: string; subject?: string; add?: string[]; remove?: string[] },
  ): Promise<GroupView> {
    return this.store.unit(() => {
      const before = this.known(jid);
      const actor = this.member(before, change.by ?? before.members[0]?.phone ?? '');
      const removed = (change.remove ?? []).map((phone) => this.member(before, phone));
      const added = (change.add ?? []).filter((phone) => !isMember(before, phone)).map((p) => this.reach(p));
      if (change.subject !== undefined) this.groups.rename(jid, change.subject);
      for (const { phone } of removed) this.groups.remove(jid, phone);
      for (const { phone } of added) this.groups.add(jid, phone);
      const after = this.known(jid);
      if (change.subject !== undefined) this.phones.news.renamed(after, actor, before.members);
      if (removed.length > 0) this.phones.news.removed(after, actor, removed, before.members);
      if (added.length > 0) this.phones.news.added(after, actor, added);
      return view(after);
    });
  }

  get(jid: string): Promise<GroupView> {
    return this.store.unit(() => view(this.known(jid)));
  }

  /** What the members' phones show, in order. */
  messages(jid: string): Promise<ShownMessage[]> {
    return this.store.unit(() => this.screen.listGroup(this.known(jid).jid));
  }

  /** A member, be it a contact or the owner of an account, writes on the phone. @returns the id of the message */
  write(jid: string, writing: { from: string; text: string; id?: string }): Promise<{ id: string }> {
    return this.store.unit(async () => {
      const group = this.known(jid);
      const writer = this.member(group, writing.from);
      const id = writing.id ?? newPhoneMessageId();
      if (this.screen.hasInGroup(jid, writing.from, id)) throw usedId(writing.from, id);
      await this.send(writer, group, { id, text: writing.text }, new Date());
      return { id };
    });
  }

  private async send(
    writer: Person,
    group: Group,
    { id, text }: { id: string; text: string },
    at: Date,
  ): Promise<void> {
    await this.phones.outbox.write(writer, group, id, textBody(text), at);
    for (const to of group.members) {
      if (to.phone === writer.phone || !to.onWhatsApp) continue;
      const arrival = {
        to,
        from: { phone: writer.phone, device: 0 },
        id,
        chatJid: group.jid,
        type: 'plain' as const,
        bytes: Buffer.from(text),
        at,
      };
      this.phones.inbox.accept(await this.phones.inbox.open(arrival));
    }
  }

  private member(group: Group, phone: string): Person {
    const member = group.members.find((each) => each.phone === phone);
    if (member) return member;
    const phones = group.members.map((each) => each.phone).join(', ');
    throw new Refusal('conflict', `${phone} is not in this group; its members are ${phones}.`);
  }

  private reach(phone: string): Person {
    const person = this.directory.reach(phone);
    if (person) return person;
    throw new Refusal(
      'conflict',
      `${phone} is not on WhatsApp, so it cannot be in a group. Put it with PUT /contacts/${phone} first.`,
    );
  }

  private known(jid: string): Group {
    const group = this.groups.find(jid);
    if (!group) throw new Refusal('not_found', `There is no group ${jid}. Create one with POST /groups.`);
    return group;
  }
}

function view({ jid, subject, addressing, members }: Group): GroupView {
  return { jid, subject, addressing, participants: members.map(({ phone }) => phone) };
}
