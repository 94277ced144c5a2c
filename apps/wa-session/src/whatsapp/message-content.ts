import type { proto } from '@whiskeysockets/baileys';

export interface MessageContent {
  kind: 'text' | 'attachment' | 'other' | 'protocol';
  text: string;
}

/** Wrappers that carry the real message inside. */
const WRAPPERS = [
  'deviceSentMessage',
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
] as const;

const ATTACHMENTS = [
  'imageMessage',
  'videoMessage',
  'audioMessage',
  'documentMessage',
  'stickerMessage',
  'ptvMessage',
] as const;

/** Says nothing to a person: keys, receipts of history, edits, deletions, reactions. */
const PROTOCOL = [
  'protocolMessage',
  'reactionMessage',
  'encReactionMessage',
  'keepInChatMessage',
  'pinInChatMessage',
] as const;

const DEEPEST_WRAPPING = 5;

/** The innermost message. */
export function unwrap(message: proto.IMessage): proto.IMessage {
  let inner = message;
  for (let depth = 0; depth < DEEPEST_WRAPPING; depth++) {
    const wrapper = WRAPPERS.find((name) => inner[name]?.message);
    if (!wrapper) break;
    inner = inner[wrapper]!.message!;
  }
  return inner;
}

/** What a person would see of this message. */
export function messageContent(message: proto.IMessage): MessageContent {
  const inner = unwrap(message);
  const text = inner.conversation ?? inner.extendedTextMessage?.text;
  if (text !== undefined && text !== null && text !== '') return { kind: 'text', text };
  if (PROTOCOL.some((name) => inner[name])) return { kind: 'protocol', text: '' };
  const attachment = ATTACHMENTS.find((name) => inner[name]);
  if (attachment) {
    const caption = (inner[attachment] as { caption?: string | null }).caption;
    return { kind: 'attachment', text: caption ?? '' };
  }
  const told = Object.keys(inner).filter(
    (name) => name !== 'senderKeyDistributionMessage' && name !== 'messageContextInfo',
  );
  return { kind: told.length > 0 ? 'other' : 'protocol', text: '' };
}
