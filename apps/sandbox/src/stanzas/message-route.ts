import type { OnlineDevice } from '../delivery/online-device.js';
import { childOf, childrenOf, type Node } from '../nodes/node.js';
import type { Opened } from '../people/phone-inbox.js';

/** How messages of one sort get from a linked device to where they are for. Call within a unit. */
export interface MessageRoute {
  /** The error code of the ack, if the server does not take this message. */
  refusal(sender: OnlineDevice, stanza: Node): number | undefined;
  /** Decrypts at simulated phones, and passes on what is for linked devices. */
  open(sender: OnlineDevice, stanza: Node, at: Date): Promise<Opened[]>;
}

/** A device with the ciphertext that is for it alone. */
export interface Addressed {
  jid: string;
  enc: Node;
}

/** What `<participants>` lists. */
export function fanOutOf(stanza: Node): Addressed[] {
  return childrenOf(childOf(stanza, 'participants'), 'to').flatMap((to) => {
    const enc = childOf(to, 'enc');
    return enc && to.attrs.jid ? [{ jid: to.attrs.jid, enc }] : [];
  });
}
