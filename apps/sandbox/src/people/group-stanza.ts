import { jidOf } from '../nodes/address.js';
import { stanzaTime } from '../nodes/node.js';
import type { Group } from './groups.js';
import type { Person } from './person.js';

/** The envelope in which a linked device gets a group message: the group is the sender, the author the participant. */
export function groupEnvelope(
  group: Group,
  author: { person: Person; device: number },
  id: string,
  at: Date,
): Record<string, string> {
  const { person, device } = author;
  const envelope = {
    from: group.jid,
    participant: jidOf(person, group.addressing, device),
    addressing_mode: group.addressing,
    id,
    type: 'text',
    t: stanzaTime(at),
    notify: person.name,
  };
  return group.addressing === 'lid'
    ? { ...envelope, participant_pn: jidOf(person, 'pn') }
    : { ...envelope, participant_lid: jidOf(person, 'lid') };
}
