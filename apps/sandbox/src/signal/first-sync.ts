import { randomBytes, randomInt } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys';
import { encodeProtocol, wholeHistory, type History } from './history-sync.js';

const { Type } = proto.Message.ProtocolMessage;

/**
 * What a phone tells a device that was just linked: a key for settings, then the history of its chats.
 * @returns encoded messages, not padded, in the order in which they are to be sent
 */
export function firstSync(history: History, now: Date): Buffer[] {
  const keyShare = {
    type: Type.APP_STATE_SYNC_KEY_SHARE,
    appStateSyncKeyShare: { keys: [settingsKey(now)] },
  };
  return [encodeProtocol(keyShare), ...wholeHistory(history)];
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
