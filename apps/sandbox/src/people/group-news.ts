import { randomBytes } from 'node:crypto';
import type { Courier } from '../delivery/courier.js';
import type { LinkedDevices } from '../linking/linked-devices.js';
import { jidOf } from '../nodes/address.js';
import { node, stanzaTime, type Node } from '../nodes/node.js';
import { groupNode, memberNode } from '../stanzas/group-node.js';
import type { Group } from './groups.js';
import type { Person } from './person.js';

/** Tells linked devices what happened to a group of theirs. Call within a unit. */
export class GroupNews {
  constructor(
    private readonly devices: LinkedDevices,
    private readonly courier: Courier,
  ) {}

  /** The group is new to these people: it was made, or they came to it. */
  created(group: Group, actor: Person, to: Person[]): void {
    this.tell(group, actor, to, node('create', { type: 'new' }, [groupNode(group)]));
  }

  renamed(group: Group, actor: Person, to: Person[]): void {
    const author = jidOf(actor, group.addressing);
    const news = node('subject', { subject: group.subject, s_o: author, s_t: stanzaTime() });
    this.tell(group, actor, to, news);
  }

  added(group: Group, actor: Person, added: Person[]): void {
    const others = group.members.filter(({ phone }) => !added.some((each) => each.phone === phone));
    this.tell(group, actor, others, node('add', {}, membersOf(group, added)));
    this.created(group, actor, added);
  }

  /** @param to those who were members, the removed ones among them */
  removed(group: Group, actor: Person, removed: Person[], to: Person[]): void {
    this.tell(group, actor, to, node('remove', {}, membersOf(group, removed)));
  }

  private tell(group: Group, actor: Person, to: Person[], news: Node): void {
    const other = group.addressing === 'lid' ? 'pn' : 'lid';
    const attrs = {
      from: group.jid,
      type: 'w:gp2',
      id: randomBytes(8).toString('hex'),
      participant: jidOf(actor, group.addressing),
      [`participant_${other}`]: jidOf(actor, other),
      addressing_mode: group.addressing,
      notify: actor.name,
      t: stanzaTime(),
    };
    for (const { phone, device } of to.flatMap((person) => this.devices.of(person.phone))) {
      const stanza = node('notification', attrs, [news]);
      const { id, type } = attrs;
      this.courier.post({ phone, device }, { class: 'notification', id, type, peer: '', stanza });
    }
  }
}

function membersOf(group: Group, people: Person[]): Node[] {
  return people.map((person) => memberNode(group, person));
}
