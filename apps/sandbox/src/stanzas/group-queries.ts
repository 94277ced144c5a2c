import { jidOf } from '../nodes/address.js';
import { node, stanzaTime, type Node } from '../nodes/node.js';
import { isMember, type Group, type Groups } from '../people/groups.js';
import type { Person } from '../people/person.js';
import { has, IqError, type Iq } from './iq.js';

const ALL_GROUPS = '@g.us';

/** `xmlns=w:g2`: what a group is, and which groups an account is in. Changes are not simulated. Call within a unit. */
export class GroupQueries {
  constructor(private readonly groups: Groups) {}

  answer(iq: Iq): Node[] {
    const { to = '' } = iq.stanza.attrs;
    if (iq.type === 'get' && to === ALL_GROUPS && has(iq, 'participating')) {
      return [node('groups', {}, this.groups.of(iq.device.phone).map(groupNode))];
    }
    if (iq.type === 'get' && has(iq, 'query')) return [this.metadata(to, iq.device.phone)];
    throw new IqError(501, 'feature-not-implemented');
  }

  private metadata(jid: string, asker: string): Node {
    const group = this.groups.find(jid);
    if (!group) throw new IqError(404, 'item-not-found');
    if (!isMember(group, asker)) throw new IqError(403, 'forbidden');
    return groupNode(group);
  }
}

function groupNode(group: Group): Node {
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

function memberNode({ addressing }: Group, member: Person, madeIt: boolean): Node {
  const other = addressing === 'lid' ? { phone_number: jidOf(member, 'pn') } : { lid: jidOf(member, 'lid') };
  return node('participant', {
    jid: jidOf(member, addressing),
    ...other,
    type: madeIt ? 'superadmin' : undefined,
  });
}
