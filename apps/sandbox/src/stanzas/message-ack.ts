import { node, stanzaTime, type Node } from '../nodes/node.js';

/** The server's ack of a message from a device; with a code it is a refusal. */
export function ackNode({ attrs: { id, to } }: Node, code?: number): Node {
  const error = code?.toString();
  return node('ack', { class: 'message', from: to, id, t: stanzaTime(), error });
}
