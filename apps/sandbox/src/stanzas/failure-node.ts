import type { LoginRefusal } from '../faults/conditions.js';
import { node, type Node } from '../nodes/node.js';

/** The server's no to a client that wants in. Of a ban it tells the reason and for how many seconds it lasts. */
export function failureNode({ code, reason, seconds }: LoginRefusal): Node {
  return node('failure', {
    reason: String(code),
    code: reason?.toString(),
    expire: seconds?.toString(),
    location: 'sandbox',
  });
}
