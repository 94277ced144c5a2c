import { randomBytes } from 'node:crypto';
import { node, SERVER_JID, stanzaTime, type Node } from '../nodes/node.js';

/** A lock of new chats as WhatsApp describes it. */
export function lockDetails(until: Date | undefined): object {
  if (!until) return { is_active: false };
  return {
    is_active: true,
    // Whole seconds, so never before the lock has ended.
    time_enforcement_ends: String(Math.ceil(until.getTime() / 1000)),
    enforcement_type: 'DEFAULT',
  };
}

/** Tells a device of a lock, or of its end, without having been asked. */
export function lockNotification(until: Date | undefined): Node {
  const data = { xwa2_notify_account_reachout_timelock: lockDetails(until) };
  const attrs = { from: SERVER_JID, type: 'mex', id: randomBytes(8).toString('hex'), t: stanzaTime() };
  const update = { op_name: 'NotificationUserReachoutTimelockUpdate' };
  return node('notification', attrs, [node('update', update, Buffer.from(JSON.stringify({ data })))]);
}
