import { deflateSync } from 'node:zlib';
import { proto } from '@whiskeysockets/baileys';

const { HistorySyncType } = proto.HistorySync;
const { Type } = proto.Message.ProtocolMessage;

/** What the owner's phone knows of its chats. */
export interface History {
  /** Latest first; the messages of each as well. */
  chats: PastChat[];
  pushNames: { id: string; pushname: string }[];
  mappings: proto.IPhoneNumberToLIDMapping[];
}

export interface PastChat {
  jid: string;
  /** The subject of a group; a person's name as the owner saved it. */
  name: string;
  /** Only a person's chat: both its addresses. */
  pnJid?: string;
  lidJid?: string;
  messages: PastMessage[];
}

export interface PastMessage {
  id: string;
  fromMe: boolean;
  /** Only in a group. */
  participant?: string;
  pushName: string;
  text: string;
  at: Date;
}

/** What a phone tells a device that was just linked about its chats. @returns encoded messages, not padded, in order */
export function wholeHistory(history: History): Buffer[] {
  const latest = history.chats.map((chat) => ({ ...chat, messages: chat.messages.slice(0, 1) }));
  const { chats, mappings, pushNames } = history;
  const names = { syncType: HistorySyncType.PUSH_NAME, pushnames: pushNames, conversations: [] };
  return [
    conversations(HistorySyncType.INITIAL_BOOTSTRAP, 0, latest, mappings),
    ...(pushNames.length > 0 ? [notification(names, 1)] : []),
    conversations(HistorySyncType.RECENT, pushNames.length > 0 ? 2 : 1, chats, mappings),
  ];
}

/** What a phone tells a device that asked for older messages. */
export function historyOnDemand({ chats, mappings }: History): Buffer {
  return conversations(HistorySyncType.ON_DEMAND, 0, chats, mappings);
}

function conversations(
  syncType: proto.HistorySync.HistorySyncType,
  chunkOrder: number,
  chats: PastChat[],
  phoneNumberToLidMappings: proto.IPhoneNumberToLIDMapping[],
): Buffer {
  const told = { syncType, conversations: chats.map(conversation), phoneNumberToLidMappings };
  return notification(told, chunkOrder);
}

function conversation({ jid, name, pnJid, lidJid, messages }: PastChat): proto.IConversation {
  return {
    id: jid,
    name,
    pnJid,
    lidJid,
    messages: messages.map((message) => ({
      message: {
        key: {
          remoteJid: jid,
          fromMe: message.fromMe,
          id: message.id,
          participant: message.participant,
        },
        participant: message.participant,
        pushName: message.pushName,
        message: { conversation: message.text },
        messageTimestamp: Math.floor(message.at.getTime() / 1000),
      },
    })),
  };
}

function notification(history: proto.IHistorySync, chunkOrder: number): Buffer {
  const complete = { ...history, chunkOrder, progress: 100 };
  return encodeProtocol({
    type: Type.HISTORY_SYNC_NOTIFICATION,
    historySyncNotification: {
      syncType: history.syncType as number,
      chunkOrder,
      progress: 100,
      initialHistBootstrapInlinePayload: deflateSync(proto.HistorySync.encode(complete).finish()),
    },
  });
}

/** A message between the owner's own devices, encoded but not padded. */
export function encodeProtocol(protocolMessage: proto.Message.IProtocolMessage): Buffer {
  return Buffer.from(proto.Message.encode({ protocolMessage }).finish());
}
