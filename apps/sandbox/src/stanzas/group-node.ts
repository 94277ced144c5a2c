import { jidOf } from '../nodes/address.js';
import { node, stanzaTime, type Node } from '../nodes/node.js';
import type { Group } from '../people/groups.js';
import type { Person } from '../people/person.js';

/** What a group is. */
export function groupNode(group: Group): Node {
  const made = stanzaTime(group.createdAt);
  const creator = jidOf(group.members[0]!, group.addressing);
  const attrs = {
    id: group.jid.replace('@g.us', ''),
    subject: group.subject,
    s_o: creator,
    s_t: made,
    creation: made,
    creator,
    addressing_mode: group.addressing,
    size: String(group.members.length),
  };
  return node(
    'group',
    attrs,
    group.members.map((member, place) => memberNode(group, member, place === 0)),
  );
}

/** A member as it appears in a group. */
export function memberNode({ addressing }: Group, member: Person, madeIt = false): Node {
  const other = addressing === 'lid' ? { phone_number: jidOf(member, 'pn') } : { lid: jidOf(member, 'lid') };
  return node('participant', {
    jid: jidOf(member, addressing),
    ...other,
    type: madeIt ? 'superadmin' : undefined,
  });
}
