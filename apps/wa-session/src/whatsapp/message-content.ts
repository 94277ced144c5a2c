import type { MessageContentKind } from '@waypost/contracts';
import { proto } from '@whiskeysockets/baileys';

/** What a message tells a person, or does to another message. `nothing`: keys, votes, reactions and the like. */
export type MessageContent =
  | { kind: 'message'; content: MessageContentKind; text: string }
  | { kind: 'edit'; targetKeyId: string; text: string }
  | { kind: 'delete'; targetKeyId: string }
  | { kind: 'nothing' };

/** Wrappers that carry the real message inside: of the owner's other device, of timers, of view-once, of what newer clients add. */
const WRAPPERS = [
  'deviceSentMessage',
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
  'editedMessage',
  'groupMentionedMessage',
  'lottieStickerMessage',
  'pollCreationMessageV4',
  'pollCreationOptionImageMessage',
  'associatedChildMessage',
  'botInvokeMessage',
  'botForwardedMessage',
  'botTaskMessage',
  'questionMessage',
  'questionReplyMessage',
  'limitSharingMessage',
] as const;

const DEEPEST_WRAPPING = 5;

/** Say nothing to a person: keys, votes, reactions (deliberately: they are no messages), what is kept or pinned, what announces others. */
const SILENT: readonly (keyof proto.IMessage)[] = [
  'protocolMessage',
  'senderKeyDistributionMessage',
  'fastRatchetKeySenderKeyDistributionMessage',
  'messageContextInfo',
  'reactionMessage',
  'encReactionMessage',
  'keepInChatMessage',
  'pinInChatMessage',
  'pollUpdateMessage',
  'encEventResponseMessage',
  'secretEncryptedMessage',
  'scheduledCallEditMessage',
  'stickerSyncRmrMessage',
  'requestPhoneNumberMessage',
  'albumMessage',
  'messageHistoryBundle',
  'messageHistoryNotice',
  'statusNotificationMessage',
];

type Reader = [MessageContentKind, (message: proto.IMessage) => (string | null | undefined) | false];

/** The first that finds something says what the message is: its kind, and its text if it has one. False: not of this kind. */
const READERS: readonly Reader[] = [
  ['text', (m) => m.conversation || false],
  ['text', (m) => m.extendedTextMessage?.text || false],
  ['text', (m) => m.buttonsResponseMessage?.selectedDisplayText || false],
  ['text', (m) => m.listResponseMessage?.title || false],
  ['text', (m) => m.templateButtonReplyMessage?.selectedDisplayText || false],
  ['text', (m) => m.interactiveResponseMessage?.body?.text || false],
  ['text', (m) => m.buttonsMessage?.contentText || false],
  ['text', (m) => m.listMessage?.description || false],
  ['text', (m) => m.interactiveMessage?.body?.text || false],
  ['text', (m) => m.templateMessage?.hydratedTemplate?.hydratedContentText || false],
  ['image', (m) => !!m.imageMessage && m.imageMessage.caption],
  ['video', (m) => !!m.videoMessage && m.videoMessage.caption],
  ['video', (m) => !!m.ptvMessage && m.ptvMessage.caption],
  ['audio', (m) => !!m.audioMessage && ''],
  ['document', (m) => !!m.documentMessage && m.documentMessage.caption],
  ['sticker', (m) => !!m.stickerMessage && ''],
  ['sticker', (m) => !!m.stickerPackMessage && m.stickerPackMessage.name],
  ['contact', (m) => !!m.contactMessage && m.contactMessage.displayName],
  ['contact', (m) => !!m.contactsArrayMessage && namesOf(m.contactsArrayMessage)],
  ['location', (m) => !!m.locationMessage && (m.locationMessage.name || m.locationMessage.address)],
  ['location', (m) => !!m.liveLocationMessage && m.liveLocationMessage.caption],
  ['poll', (m) => pollOf(m)?.name ?? (pollOf(m) ? '' : false)],
  ['event', (m) => !!m.eventMessage && m.eventMessage.name],
];

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

/** What a person would see of this message. A kind that this version does not know is `other`. */
export function messageContent(message: proto.IMessage): MessageContent {
  const inner = unwrap(message);
  const revision = revisionOf(inner.protocolMessage);
  if (revision) return revision;
  for (const [content, read] of READERS) {
    const text = read(inner);
    if (text !== false) return { kind: 'message', content, text: text ?? '' };
  }
  const told = Object.keys(inner) as (keyof proto.IMessage)[];
  const isSilent = told.some((name) => name !== 'messageContextInfo' && SILENT.includes(name));
  const isMore = told.some((name) => !SILENT.includes(name));
  return isSilent && !isMore ? { kind: 'nothing' } : { kind: 'message', content: 'other', text: '' };
}

function revisionOf(protocol: proto.Message.IProtocolMessage | null | undefined): MessageContent | undefined {
  const targetKeyId = protocol?.key?.id;
  if (!protocol || !targetKeyId) return undefined;
  const { MESSAGE_EDIT, REVOKE } = proto.Message.ProtocolMessage.Type;
  if (protocol.type === REVOKE) return { kind: 'delete', targetKeyId };
  if (protocol.type !== MESSAGE_EDIT || !protocol.editedMessage) return undefined;
  const edited = messageContent(protocol.editedMessage);
  return edited.kind === 'message' ? { kind: 'edit', targetKeyId, text: edited.text } : { kind: 'nothing' };
}

function pollOf(message: proto.IMessage): proto.Message.IPollCreationMessage | null | undefined {
  const { pollCreationMessage, pollCreationMessageV2, pollCreationMessageV3, pollCreationMessageV5 } =
    message;
  return pollCreationMessage ?? pollCreationMessageV2 ?? pollCreationMessageV3 ?? pollCreationMessageV5;
}

function namesOf({ displayName, contacts }: proto.Message.IContactsArrayMessage): string {
  const names = (contacts ?? []).map((contact) => contact.displayName).filter((name) => name);
  return displayName || names.join(', ');
}
