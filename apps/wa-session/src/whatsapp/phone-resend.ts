import { bareJid } from '@waypost/kernel';
import { proto } from '@whiskeysockets/baileys';
import type { IncomingPart } from './incoming-parts.js';

/** Tells such a message apart from the parts of its stanza, of which there may be none, or one that could not be read. */
const RESENT_PART = 1_000;

export interface ResentMessage {
  part: IncomingPart;
  content: proto.IMessage;
  plaintext: Uint8Array;
}

/** Messages that reached this device without content, or unreadable, and that the owner's phone was asked for: here they are. */
export function resentByPhone(answer: proto.IMessage, ownJid: string): ResentMessage[] {
  const { peerDataOperationResult = [] } =
    answer.protocolMessage?.peerDataOperationRequestResponseMessage ?? {};
  return (peerDataOperationResult ?? []).flatMap(({ placeholderMessageResendResponse }) => {
    const bytes = placeholderMessageResendResponse?.webMessageInfoBytes;
    if (!bytes) return [];
    const { key, message, messageTimestamp, pushName, participant } = proto.WebMessageInfo.decode(bytes);
    const chatJid = bareJid(key?.remoteJid ?? '');
    const author = key?.fromMe ? ownJid : (key?.participant ?? participant ?? key?.remoteJid ?? '');
    const senderJid = bareJid(author);
    if (!key?.id || !chatJid || !senderJid || !message) return [];
    const envelope = {
      keyId: key.id,
      chatJid,
      senderJid,
      fromMe: key.fromMe === true,
      pushName: pushName || undefined,
      timestamp: Number(messageTimestamp) || Math.floor(Date.now() / 1000),
    };
    const name = { chatJid, senderJid, keyId: key.id, part: RESENT_PART };
    return [
      {
        part: { name, author, envelope },
        content: message,
        plaintext: proto.Message.encode(message).finish(),
      },
    ];
  });
}
