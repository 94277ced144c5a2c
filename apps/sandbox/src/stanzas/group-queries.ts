import { node, type Node } from '../nodes/node.js';
import { isMember, type Groups } from '../people/groups.js';
import { groupNode } from './group-node.js';
import { has, IqError, type Iq } from './iq.js';

const ALL_GROUPS = '@g.us';

/** `xmlns=w:g2`: what a group is, and which groups an account is in. Devices change nothing. Call within a unit. */
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
