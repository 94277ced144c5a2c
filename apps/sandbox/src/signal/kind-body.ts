import { proto } from '@whiskeysockets/baileys';

/** What else than a plain text somebody writes. Files come without content here: give `media` for one with content. */
export const WRITTEN_KINDS = [
  'text',
  'extended_text',
  'image',
  'video',
  'audio',
  'document',
  'sticker',
  'view_once',
  'ephemeral',
  'contact',
  'location',
  'poll',
  'event',
  'order',
  'unknown',
  'edit',
  'delete',
  'reaction',
] as const;
export type WrittenKind = (typeof WRITTEN_KINDS)[number];

/** Kinds that do something to an earlier message, and are none themselves. */
export const TARGETED_KINDS: readonly WrittenKind[] = ['edit', 'delete', 'reaction'];

/** A field that no client knows. */
const UNKNOWN = Buffer.from([0x82, 0xfa, 0x01, 0x02, 0x08, 0x01]);

/**
 * @param text of whatever the kind has: a caption, a name, a question, an emoji
 * @param target the message that is edited, deleted or reacted to, and its chat as WhatsApp names it
 * @returns the message, encoded but not padded
 */
export function kindBody(kind: WrittenKind, text: string, target: { id: string; chatJid: string }): Buffer {
  if (kind === 'unknown') return UNKNOWN;
  const message = proto.Message.fromObject(messageOf(kind, text, target));
  return Buffer.from(proto.Message.encode(message).finish());
}

function messageOf(
  kind: Exclude<WrittenKind, 'unknown'>,
  text: string,
  { id, chatJid }: { id: string; chatJid: string },
): object {
  const key = { id, remoteJid: chatJid, fromMe: true };
  const { MESSAGE_EDIT, REVOKE } = proto.Message.ProtocolMessage.Type;
  switch (kind) {
    case 'text':
      return { conversation: text };
    case 'extended_text':
      return { extendedTextMessage: { text } };
    case 'image':
      return { imageMessage: { caption: text, mimetype: 'image/jpeg' } };
    case 'video':
      return { videoMessage: { caption: text, mimetype: 'video/mp4' } };
    case 'audio':
      return { audioMessage: { ptt: true, mimetype: 'audio/ogg; codecs=opus' } };
    case 'document':
      return {
        documentWithCaptionMessage: {
          message: { documentMessage: { caption: text, fileName: 'offer.pdf' } },
        },
      };
    case 'sticker':
      return { stickerMessage: { mimetype: 'image/webp' } };
    case 'view_once':
      return { viewOnceMessageV2: { message: { imageMessage: { caption: text } } } };
    case 'ephemeral':
      return { ephemeralMessage: { message: { extendedTextMessage: { text } } } };
    case 'contact':
      return {
        contactMessage: { displayName: text, vcard: `BEGIN:VCARD\nVERSION:3.0\nFN:${text}\nEND:VCARD` },
      };
    case 'location':
      return { locationMessage: { degreesLatitude: 32.8, degreesLongitude: 35, name: text } };
    case 'poll':
      return {
        pollCreationMessageV3: { name: text, options: [{ optionName: 'Yes' }, { optionName: 'No' }] },
      };
    case 'event':
      return { eventMessage: { name: text } };
    case 'order':
      return { orderMessage: { orderId: '1', orderTitle: text } };
    case 'edit':
      return {
        editedMessage: {
          message: { protocolMessage: { type: MESSAGE_EDIT, key, editedMessage: { conversation: text } } },
        },
      };
    case 'delete':
      return { protocolMessage: { type: REVOKE, key } };
    case 'reaction':
      return { reactionMessage: { key, text } };
    default:
      return kind satisfies never;
  }
}
