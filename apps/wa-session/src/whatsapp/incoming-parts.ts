import type { MessageEvent } from '@waypost/contracts';
import { bareJid } from '@waypost/kernel';
import { decodeMessageNode, type BinaryNode } from '@whiskeysockets/baileys';
import type { PartName } from '../unit-of-work/unit.js';

/** Kinds of missing content that WhatsApp's own clients do not ask the phone for, nor does Baileys. */
const PHONE_ONLY = ['bot_unavailable_fanout', 'hosted_unavailable_fanout', 'view_once_unavailable_fanout'];

/** One encrypted part of a message stanza: how it is named, and the event it makes once its content is known. */
export interface IncomingPart {
  name: PartName;
  /** The sending device, as the Signal session is named. */
  author: string;
  envelope: Omit<MessageEvent, 'content' | 'text'>;
}

/** A message that came without its content. */
export interface ContentlessPart extends IncomingPart {
  /** The owner's phone is asked for it; else it was meant for the phone alone. */
  comesAgain: boolean;
}

/** Who the account is, once it is linked. */
export interface OwnIdentity {
  id: string;
  lid: string;
}

/**
 * Finds the stanza to which a ciphertext belongs. Baileys hands the very buffer of the stanza's `enc` child to the Signal
 * repository, so the buffer itself is the key; an async context would not do, because libsignal's queues run a job in the context
 * of whoever started the queue.
 */
export class IncomingParts {
  private readonly parts = new WeakMap<Uint8Array, { part: IncomingPart; stanza: number }>();
  /** Stanzas are counted; Baileys works through them in their order. */
  private noted = 0;
  private begun = 0;

  constructor(private readonly me: () => OwnIdentity | undefined) {}

  /** Must see a message stanza before Baileys does. Malformed stanzas are left to Baileys. */
  note(stanza: BinaryNode): void {
    if (!Array.isArray(stanza.content)) return;
    const envelope = this.envelopeOf(stanza);
    if (!envelope) return;
    const author = authorOf(stanza);
    const { chatJid, keyId, senderJid } = envelope;
    const ciphertexts = stanza.content.flatMap(({ tag, content }) =>
      tag === 'enc' && content instanceof Uint8Array ? [content] : [],
    );
    // Counted from the last one, which brings the text: before it may come a key for the group, as a part of its own. When a message is sent
    // again because it could not be read, key and text are one part, which must replace the one that could not be read.
    if (ciphertexts.length > 0) this.noted++;
    ciphertexts.reverse().forEach((ciphertext, part) => {
      const name = { chatJid, keyId, senderJid, part };
      this.parts.set(ciphertext, { part: { name, author, envelope }, stanza: this.noted });
    });
  }

  /** How many stanzas came that Baileys has not begun to read yet. */
  get waiting(): number {
    return this.noted - this.begun;
  }

  /** A message of which WhatsApp only tells that there is one. */
  withoutContent(stanza: BinaryNode): ContentlessPart | undefined {
    const children = Array.isArray(stanza.content) ? stanza.content : [];
    const unavailable = children.find(({ tag }) => tag === 'unavailable');
    if (!unavailable || children.some(({ tag }) => tag === 'enc')) return undefined;
    const envelope = this.envelopeOf(stanza);
    if (!envelope) return undefined;
    const { chatJid, keyId, senderJid } = envelope;
    return {
      name: { chatJid, keyId, senderJid, part: 0 },
      author: authorOf(stanza),
      envelope,
      comesAgain: !PHONE_ONLY.includes(unavailable.attrs.type ?? ''),
    };
  }

  find(ciphertext: Uint8Array): IncomingPart | undefined {
    const found = this.parts.get(ciphertext);
    if (found) this.begun = Math.max(this.begun, found.stanza);
    return found?.part;
  }

  private envelopeOf(stanza: BinaryNode): IncomingPart['envelope'] | undefined {
    const me = this.me();
    if (!me) return undefined;
    try {
      return readEnvelope(stanza, decodeMessageNode(stanza, me.id, me.lid).fullMessage);
    } catch {
      return undefined;
    }
  }
}

/** The sending device, as the Signal session is named. */
function authorOf({ attrs }: BinaryNode): string {
  return attrs.participant ?? attrs.from ?? '';
}

function readEnvelope(
  { attrs }: BinaryNode,
  { key, messageTimestamp, pushName }: ReturnType<typeof decodeMessageNode>['fullMessage'],
): IncomingPart['envelope'] | undefined {
  const chatJid = bareJid(key.remoteJid ?? '');
  const senderJid = bareJid(attrs.participant ?? attrs.from ?? '');
  if (!chatJid || !senderJid || !key.id) return undefined;
  const isGroup = attrs.participant !== undefined;
  const senderAlt = attrs.participant_pn ?? attrs.participant_lid ?? attrs.sender_pn ?? attrs.sender_lid;
  // In a direct chat the other person is the sender, or the recipient of what the owner wrote on another device.
  const recipientAlt =
    attrs.peer_recipient_pn ?? attrs.peer_recipient_lid ?? attrs.recipient_pn ?? attrs.recipient_lid;
  const chatAlt = isGroup ? undefined : key.fromMe ? recipientAlt : senderAlt;
  return {
    keyId: key.id,
    chatJid,
    chatAltJid: chatAlt && bareJid(chatAlt),
    senderJid,
    senderAltJid: senderAlt && bareJid(senderAlt),
    fromMe: key.fromMe === true,
    pushName: pushName || undefined,
    timestamp: Number(messageTimestamp) || Math.floor(Date.now() / 1000),
  };
}
