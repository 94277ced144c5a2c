import { randomBytes, randomInt } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { proto } from '@whiskeysockets/baileys';

const { HistorySyncType } = proto.HistorySync;
const { Type } = proto.Message.ProtocolMessage;

/**
 * What a phone tells a device that was just linked: a key for settings, then the history of its chats. The simulated
 * phone has no history to share, so both chunks say only that they are complete.
 * @param own the owner's addresses by phone number and by LID
 * @returns encoded messages, not padded, in the order in which they are to be sent
 */
export function firstSync(own: { pnJid: string; lidJid: string }, now: Date): Buffer[] {
  const chunks = [HistorySyncType.INITIAL_BOOTSTRAP, HistorySyncType.RECENT];
  return [
    encode({ type: Type.APP_STATE_SYNC_KEY_SHARE, appStateSyncKeyShare: { keys: [settingsKey(now)] } }),
    ...chunks.map((syncType, chunkOrder) =>
      encode({
        type: Type.HISTORY_SYNC_NOTIFICATION,
        historySyncNotification: chunk(syncType, chunkOrder, own),
      }),
    ),
  ];
}

function settingsKey(now: Date): proto.Message.IAppStateSyncKey {
  return {
    keyId: { keyId: randomBytes(6) },
    keyData: {
      keyData: randomBytes(32),
      fingerprint: { rawId: randomInt(1, 2 ** 31), currentIndex: 0, deviceIndexes: [0] },
      timestamp: now.getTime(),
    },
  };
}

function chunk(
  syncType: proto.HistorySync.HistorySyncType,
  chunkOrder: number,
  own: proto.IPhoneNumberToLIDMapping,
): proto.Message.IHistorySyncNotification {
  const history = { syncType, chunkOrder, progress: 100, conversations: [], phoneNumberToLidMappings: [own] };
  return {
    syncType: syncType as number,
    chunkOrder,
    progress: 100,
    initialHistBootstrapInlinePayload: deflateSync(proto.HistorySync.encode(history).finish()),
  };
}

function encode(protocolMessage: proto.Message.IProtocolMessage): Buffer {
  return Buffer.from(proto.Message.encode({ protocolMessage }).finish());
}
