import type { Courier } from '../delivery/courier.js';
import type { OnlineDevice } from '../delivery/online-device.js';
import type { Traffic } from '../delivery/traffic.js';
import type { Journal } from '../journal/journal.js';
import { childOf, type Node } from '../nodes/node.js';
import type { Store } from '../storage/store.js';
import type { AckHandler } from './ack-handler.js';
import { IqError, iqFailure, iqResult, type IqHandler } from './iq.js';
import type { MessageHandler } from './message-handler.js';
import type { ReceiptHandler } from './receipt-handler.js';

const SILENT = new Set(['presence', 'chatstate', 'xmlstreamend']);

/** Sends each stanza of a logged-in device to what understands it: one unit for each. */
export class StanzaRouter {
  constructor(
    private readonly store: Store,
    private readonly handlers: { message: MessageHandler; receipt: ReceiptHandler; ack: AckHandler },
    /** By namespace. */
    private readonly queries: Record<string, IqHandler>,
    private readonly courier: Courier,
    private readonly notes: { journal: Journal; traffic: Traffic },
  ) {}

  async route(sender: OnlineDevice, stanza: Node, arrivedAt: Date): Promise<void> {
    this.notes.traffic.of(sender.id).countReceived(stanza.tag);
    await this.store.unit(async () => {
      switch (stanza.tag) {
        case 'iq':
          return this.answer(sender, stanza);
        case 'message':
          return this.handlers.message.handle(sender, stanza, arrivedAt);
        case 'receipt':
          return this.handlers.receipt.handle(sender, stanza, arrivedAt);
        case 'ack':
          return this.handlers.ack.handle(sender, stanza, arrivedAt);
        case 'ib':
          if (childOf(stanza, 'offline_batch')) this.courier.sendBacklog(sender);
          return;
        default:
          if (!SILENT.has(stanza.tag))
            this.notes.journal.append('unsupported', { ...sender.id, tag: stanza.tag });
      }
    });
  }

  private async answer(sender: OnlineDevice, stanza: Node): Promise<void> {
    const { type = '', xmlns = '' } = stanza.attrs;
    if (type === 'result' || type === 'error') return;
    // Asked for before the query runs: the answer leaves before whatever the query causes.
    let reply: Node | undefined;
    this.store.afterCommit(() => reply && sender.send(reply));
    try {
      const query = this.queries[xmlns];
      if (!query) throw new IqError(501, 'feature-not-implemented');
      reply = iqResult(stanza, await query({ sender, device: sender.id, stanza, type }));
    } catch (error) {
      if (!(error instanceof IqError)) throw error;
      if (error.code === 501)
        this.notes.journal.append('unsupported', { ...sender.id, tag: 'iq', xmlns, type });
      reply = iqFailure(stanza, error);
    }
  }
}
