import { randomInt } from 'node:crypto';
import { jidOf, type Addressing } from '../nodes/address.js';
import type { Store } from '../storage/store.js';
import type { Directory } from './directory.js';
import type { Person } from './person.js';

/** A group chat. */
export interface Group {
  /** `120363…@g.us` */
  jid: string;
  subject: string;
  /** How members appear in it: by LID, as in groups made today, or by phone number, as in older ones. */
  addressing: Addressing;
  createdAt: Date;
  /** In the order in which they were added; the first made the group. */
  members: Person[];
}

interface GroupRow {
  jid: string;
  subject: string;
  addressing: Addressing;
  created_at: string;
}

/** All groups of the network. Call within a unit. */
export class Groups {
  constructor(
    private readonly store: Store,
    private readonly directory: Directory,
  ) {}

  create(subject: string, addressing: Addressing, members: Person[]): Group {
    const group: Group = { jid: newGroupJid(), subject, addressing, createdAt: new Date(), members };
    this.store.run(
      'INSERT INTO group_chat (jid, subject, addressing, created_at) VALUES (?, ?, ?, ?)',
      group.jid,
      subject,
      addressing,
      group.createdAt.toISOString(),
    );
    for (const { phone } of members) this.add(group.jid, phone);
    return group;
  }

  rename(jid: string, subject: string): void {
    this.store.run('UPDATE group_chat SET subject = ? WHERE jid = ?', subject, jid);
  }

  add(jid: string, phone: string): void {
    this.store.run('INSERT INTO group_member (group_jid, phone) VALUES (?, ?)', jid, phone);
  }

  remove(jid: string, phone: string): void {
    this.store.run('DELETE FROM group_member WHERE group_jid = ? AND phone = ?', jid, phone);
  }

  find(jid: string): Group | undefined {
    const row = this.store.find<GroupRow>('SELECT * FROM group_chat WHERE jid = ?', jid);
    return row && this.toGroup(row);
  }

  /** The groups that somebody is in. */
  of(phone: string): Group[] {
    return this.store
      .list<GroupRow>(
        `SELECT group_chat.* FROM group_chat JOIN group_member ON group_jid = jid WHERE phone = ? ORDER BY seq`,
        phone,
      )
      .map((row) => this.toGroup(row));
  }

  /** The address of a person's phone in a group's stanzas. */
  memberJid(group: string, phone: string): string {
    const row = this.store.find<{ addressing: Addressing }>(
      'SELECT addressing FROM group_chat WHERE jid = ?',
      group,
    );
    return jidOf(this.directory.find(phone)!, row?.addressing ?? 'lid');
  }

  private toGroup({ jid, subject, addressing, created_at }: GroupRow): Group {
    const members = this.store
      .list<{ phone: string }>('SELECT phone FROM group_member WHERE group_jid = ? ORDER BY seq', jid)
      .map(({ phone }) => this.directory.find(phone)!);
    return { jid, subject, addressing, createdAt: new Date(created_at), members };
  }
}

export function isMember(group: Group, phone: string): boolean {
  return group.members.some((member) => member.phone === phone);
}

/** As WhatsApp numbers groups today. */
function newGroupJid(): string {
  return `120363${String(randomInt(0, 1e12)).padStart(12, '0')}@g.us`;
}
