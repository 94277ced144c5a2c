import type { OnlineDevice } from '../delivery/online-device.js';
import type { Conditions } from '../faults/conditions.js';
import type { Journal } from '../journal/journal.js';
import { groupOf, parseAddress } from '../nodes/address.js';
import type { Node } from '../nodes/node.js';
import type { Directory } from '../people/directory.js';
import type { PhoneInbox } from '../people/phone-inbox.js';
import type { PhoneOutbox } from '../people/phone-outbox.js';
import type { Store } from '../storage/store.js';
import type { LateAcks } from './late-acks.js';
import { ackNode } from './message-ack.js';
import type { MessageRoute } from './message-route.js';

const NOT_SUPPORTED = 479;

/** Messages from linked devices. Call within a unit. */
export class MessageHandler {
  constructor(
    private readonly store: Store,
    private readonly people: { directory: Directory; inbox: PhoneInbox; outbox: PhoneOutbox },
    private readonly routes: { direct: MessageRoute; group: MessageRoute },
    private readonly notes: { journal: Journal; conditions: Conditions },
    private readonly lateAcks: LateAcks,
  ) {}

  async handle(sender: OnlineDevice, stanza: Node, arrivedAt: Date): Promise<void> {
    const { journal, conditions } = this.notes;
    const { id = '', to = '' } = stanza.attrs;
    const group = groupOf(to);
    const route = group ? this.routes.group : parseAddress(to) ? this.routes.direct : undefined;
    if (!route) {
      journal.append('unsupported', { ...sender.id, tag: 'message', to }, arrivedAt);
      this.acknowledge(sender, stanza, NOT_SUPPORTED);
      return;
    }
    const times = this.countArrival(sender.id.phone, id);
    const inflicted = conditions.takeRejection(sender.id.phone);
    const rejection = inflicted?.code ?? route.refusal(sender, stanza);
    if (rejection !== undefined) {
      const lateMs = inflicted?.lateMs;
      journal.append(
        'message_rejected',
        { ...sender.id, id, to, group, code: rejection, lateMs, timesReceived: times },
        arrivedAt,
      );
      if (lateMs === undefined) {
        this.acknowledge(sender, stanza, rejection);
      } else {
        this.acknowledge(sender, stanza);
        this.lateAcks.schedule(lateMs, sender.id, stanza, rejection);
      }
      return;
    }
    const opened = await route.open(sender, stanza, arrivedAt);
    const text = opened
      .map((each) => (each.outcome === 'read' ? each.body.text : undefined))
      .find((t) => t !== undefined);
    const toPhone = this.people.directory.findByJid(to)?.phone ?? to;
    journal.append(
      'message_from_device',
      { ...sender.id, id, to: toPhone, group, text, timesReceived: times },
      arrivedAt,
    );
    // The ack is asked for first, so it leaves before the receipts of the phones.
    this.acknowledge(sender, stanza);
    for (const each of opened) {
      this.people.inbox.accept(each);
      const asks = each.outcome === 'read' && each.body.historyWanted;
      const { to: phone } = each.arrival;
      if (asks && phone.phone === sender.id.phone) {
        await this.people.outbox.shareHistory(phone, sender.id, arrivedAt);
      }
    }
  }

  private acknowledge(sender: OnlineDevice, stanza: Node, code?: number): void {
    const { journal, conditions } = this.notes;
    const { id = '' } = stanza.attrs;
    const ack = ackNode(stanza, code);
    this.store.afterCommit(() => {
      if (conditions.dropsAck(sender.id.phone)) {
        journal.append('ack_dropped', { ...sender.id, id });
      } else if (sender.send(ack)) {
        journal.append('ack_sent', { ...sender.id, id, error: code });
      }
    });
  }

  private countArrival(phone: string, id: string): number {
    return this.store.find<{ times: number }>(
      `INSERT INTO arrival (phone, id, times) VALUES (?, ?, 1)
         ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times`,
      phone,
      id,
    )!.times;
  }
}
