import { childOf, node, type Node } from '../nodes/node.js';
import type { DeviceId } from '../delivery/device-queue.js';
import type { OnlineDevice } from '../delivery/online-device.js';

/** The server's no to a query. */
export class IqError extends Error {
  constructor(
    readonly code: number,
    text: string,
  ) {
    super(text);
  }
}

export interface Iq {
  sender: OnlineDevice;
  device: DeviceId;
  stanza: Node;
  type: string;
}

/** Answers the queries of one namespace with the children of the result. @throws IqError */
export type IqHandler = (iq: Iq) => Node[] | Promise<Node[]>;

export function has(iq: Iq, tag: string): boolean {
  return childOf(iq.stanza, tag) !== undefined;
}

export function iqResult(stanza: Node, content: Node[]): Node {
  const from = stanza.attrs.to ?? 's.whatsapp.net';
  return node('iq', { from, type: 'result', id: stanza.attrs.id }, content.length > 0 ? content : undefined);
}

export function iqFailure(stanza: Node, { code, message }: IqError): Node {
  const from = stanza.attrs.to ?? 's.whatsapp.net';
  return node('iq', { from, type: 'error', id: stanza.attrs.id }, [
    node('error', { code: String(code), text: message }),
  ]);
}
