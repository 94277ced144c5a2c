import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import type { ReceiptEvent } from '@waypost/contracts';
import { bareJid } from '@waypost/kernel';
import { describeError } from '../sessions/describe-error.js';
import type { AccountStore } from '../unit-of-work/account-store.js';
import type { AddressForms } from './address-forms.js';
import type { ContentlessPart, IncomingParts } from './incoming-parts.js';
import { SocketBrake, type PausableSocket } from './socket-brake.js';

export interface StanzaGateOptions {
  store: AccountStore;
  parts: IncomingParts;
  forms: AddressForms;
  /** The phone said yes to this device. Resolves when the link is durable. */
  keepLink: (consent: BinaryNode) => Promise<void>;
  log: (message: string) => void;
  /** Cuts the connection. */
  cut: (reason: string) => void;
}

/**
 * What stands between the wire and Baileys.
 *
 * Baileys acknowledges a receipt, or a message without content, as soon as it hears of it, and WhatsApp then forgets it; and it answers a
 * phone's consent to the link at once, so that the phone shows a linked device. So Baileys hears of them only when what they
 * tell is durable. And whatever goes wrong with a stanza concerns its connection alone: Baileys would let it
 * end the process, and with it every other account's session.
 */
export class StanzaGate {
  /** Stanzas that Baileys has not heard of yet. */
  private kept = 0;

  constructor(private readonly options: StanzaGateOptions) {}

  /** Call it before anything arrives. */
  guard(ws: WASocket['ws']): void {
    const { parts, cut } = this.options;
    const brake = new SocketBrake({
      waiting: () => this.kept + parts.waiting,
      socket: () => (ws as unknown as { socket?: PausableSocket | null }).socket,
      cut,
    });
    const receivers = ws.listeners('message') as Array<(data: unknown) => Promise<void>>;
    ws.removeAllListeners('message');
    ws.on('message', (data: unknown) => {
      for (const receive of receivers)
        receive(data).then(
          () => brake.check(),
          (error: unknown) => cut(`unreadable frame: ${describeError(error)}`),
        );
    });

    const emit = ws.emit.bind(ws);
    const pass = (name: string | symbol, args: unknown[]) =>
      this.tried(String(name), () => emit(name, ...args)) ?? true;
    ws.emit = (name: string | symbol, ...args: unknown[]) => {
      const kept = this.tried(String(name), () => this.keep(name, args[0] as BinaryNode));
      if (!kept) return pass(name, args);
      this.kept++;
      void kept.then(() => {
        this.kept--;
        pass(name, args);
      });
      return true;
    };
  }

  /** @returns undefined for what needs no event of its own; else resolves when that is durable */
  private keep(name: string | symbol, stanza: BinaryNode): Promise<void> | undefined {
    const { store, parts, keepLink } = this.options;
    if (name === 'CB:iq,,pair-success') return keepLink(stanza);
    if (name === 'CB:receipt') {
      const event = readReceipt(stanza);
      if (!event) return undefined;
      store.addEvent({ kind: 'receipt', event });
      return store.commit();
    }
    const part = name === 'CB:message' ? parts.withoutContent(stanza) : undefined;
    return part && this.keepContentless(part);
  }

  private async keepContentless(part: ContentlessPart): Promise<void> {
    const { store, forms } = this.options;
    const { name, envelope } = await forms.identify(part);
    store.addEvent(
      part.comesAgain
        ? { kind: 'undecryptable', name, event: envelope }
        : { kind: 'message', name, event: { ...envelope, content: 'other', text: '' } },
    );
    await store.commit();
  }

  private tried<T>(what: string, action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      this.options.log(`${what} was not handled: ${describeError(error)}`);
      return undefined;
    }
  }
}

/** Receipts of the other side only; those of the owner's own devices, and requests to send again, say nothing about delivery. */
function readReceipt({ attrs, content }: BinaryNode): ReceiptEvent | undefined {
  const status = !attrs.type
    ? 'delivered'
    : attrs.type === 'read' || attrs.type === 'played'
      ? 'read'
      : undefined;
  const chatJid = bareJid(attrs.from ?? '');
  if (!status || !chatJid || !attrs.id) return undefined;
  return {
    keyIds: [...new Set([attrs.id, ...listedIds(content)])],
    chatJid,
    status,
    timestamp: Number(attrs.t) || Math.floor(Date.now() / 1000),
  };
}

/** The further messages that a receipt is for, besides the one in its attributes. */
export function listedIds(content: BinaryNode['content']): string[] {
  if (!Array.isArray(content)) return [];
  const items = content
    .filter(({ tag }) => tag === 'list')
    .flatMap((list) => (Array.isArray(list.content) ? list.content : []));
  return items.map((item) => item.attrs.id).filter((id): id is string => Boolean(id));
}
