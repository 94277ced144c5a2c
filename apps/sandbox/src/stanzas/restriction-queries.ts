import type { Conditions } from '../faults/conditions.js';
import { node, type Node } from '../nodes/node.js';
import type { Iq } from './iq.js';
import { lockDetails } from './new-chats-lock.js';

/** `xmlns=w:mex`: Baileys asks two things this way, whether new chats are locked, and how many are left. */
export class RestrictionQueries {
  constructor(private readonly conditions: Conditions) {}

  answer({ device }: Iq): Node[] {
    const until = this.conditions.newChatsLockedUntil(device.phone, new Date());
    const data = {
      xwa2_fetch_account_reachout_timelock: lockDetails(until),
      xwa2_message_capping_info: { total_quota: 0, used_quota: 0, capping_status: 'NONE' },
    };
    return [node('result', {}, Buffer.from(JSON.stringify({ data })))];
  }
}
