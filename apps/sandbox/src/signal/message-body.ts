import {
  normalizeMessageContent,
  proto,
  unpadRandomMax16,
  writeRandomPadMax16,
} from '@whiskeysockets/baileys';
import { mediaReference, type MediaReference } from '../media/media-message.js';

/** What a decrypted message is to the person who reads it. */
export interface MessageBody {
  /** The text or caption; undefined for what a phone does not show (protocol messages, reactions, key distribution). */
  text: string | undefined;
  /** The file it brings. */
  media?: MediaReference;
  /** Set when the owner's other device wrote it: the chat it was written to. */
  sentTo?: string;
  /** Set when the owner's device asks the phone for older messages. */
  historyWanted?: boolean;
  /** The key with which the sender writes to a group. */
  senderKey?: { group: string; distribution: Uint8Array };
}

/** Reads a decrypted, padded message. @throws when the bytes are no message */
export function readBody(padded: Uint8Array): MessageBody {
  const outer = proto.Message.decode(unpadRandomMax16(padded));
  const copy = outer.deviceSentMessage;
  const content = normalizeMessageContent(copy?.message ?? outer);
  return {
    text: textOf(content),
    media: content && mediaReference(content),
    sentTo: copy?.destinationJid ?? undefined,
    historyWanted: Boolean(
      content?.protocolMessage?.peerDataOperationRequestMessage?.historySyncOnDemandRequest,
    ),
    senderKey: senderKeyOf(copy?.message ?? outer),
  };
}

function senderKeyOf({ senderKeyDistributionMessage: key }: proto.IMessage): MessageBody['senderKey'] {
  if (!key?.groupId || !key.axolotlSenderKeyDistributionMessage) return undefined;
  return { group: key.groupId, distribution: key.axolotlSenderKeyDistributionMessage };
}

function textOf(content: proto.IMessage | undefined): string | undefined {
  if (!content || content.protocolMessage || content.reactionMessage) return undefined;
  if (content.conversation) return content.conversation;
  if (content.extendedTextMessage?.text) return content.extendedTextMessage.text;
  const media =
    content.imageMessage ??
    content.videoMessage ??
    content.documentMessage ??
    content.audioMessage ??
    content.stickerMessage;
  if (!media) return undefined;
  return 'caption' in media ? (media.caption ?? '') : '';
}

/** A text, encoded but not padded. */
export function textBody(text: string): Buffer {
  return Buffer.from(proto.Message.encode({ conversation: text }).finish());
}

/** The key with which somebody writes to a group, encoded but not padded. Appended to a message it goes along with it. */
export function senderKeyBody(group: string, distribution: Buffer): Buffer {
  const key = { groupId: group, axolotlSenderKeyDistributionMessage: distribution };
  return Buffer.from(proto.Message.encode({ senderKeyDistributionMessage: key }).finish());
}

/** What the owner wrote elsewhere, as their linked devices get it. */
export function sentCopy(body: Uint8Array, destinationJid: string): Buffer {
  const message = proto.Message.decode(body);
  return Buffer.from(proto.Message.encode({ deviceSentMessage: { destinationJid, message } }).finish());
}

export function pad(body: Uint8Array): Buffer {
  return Buffer.from(writeRandomPadMax16(body));
}
