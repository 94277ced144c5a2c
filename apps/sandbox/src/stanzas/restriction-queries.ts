import type { Conditions } from '../faults/conditions.js';
import { node, type Node } from '../nodes/node.js';
import type { Iq } from './iq.js';

/** `xmlns=w:mex`: Baileys asks two things this way, whether new chats are locked, and how many are left. */
export class RestrictionQueries {
  constructor(private readonly conditions: Conditions) {}

  answer({ device }: Iq): Node[] {
    const until = this.conditions.newChatsLockedUntil(device.phone, new Date());
    const data = {
      xwa2_fetch_account_reachout_timelock: until
        ? {
            is_active: true,
            // Whole seconds, so never before the lock has ended.
            time_enforcement_ends: String(Math.ceil(until.getTime() / 1000)),
            enforcement_type: 'DEFAULT',
          }
        : { is_active: false },
      xwa2_message_capping_info: { total_quota: 0, used_quota: 0, capping_status: 'NONE' },
    };
    return [node('result', {}, Buffer.from(JSON.stringify({ data })))];
  }
}
