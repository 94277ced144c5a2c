import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  addTransactionCapability,
  DEFAULT_CONNECTION_CONFIG,
  initAuthCreds,
  proto,
  type SignalKeyStore,
  type SignalRepositoryWithLIDStore,
} from '@whiskeysockets/baileys';
import { MemoryUnits } from '../testing/memory-units.js';
import { KeyStore } from './key-store.js';
import { quietLogger } from './quiet-logger.js';

const GROUP = '120363000000000001@g.us';
const AUTHOR = '4917700000000@s.whatsapp.net';

/** A device whose keys are kept as an account's keys are. */
function device(): SignalRepositoryWithLIDStore {
  const keys = new KeyStore(new MemoryUnits().newStore());
  const store: SignalKeyStore = { get: keys.get, set: async (data) => keys.note(data) };
  const logger = quietLogger(() => undefined);
  const transactional = addTransactionCapability(store, logger, {
    maxCommitRetries: 1,
    delayBetweenTriesMs: 1,
  });
  return DEFAULT_CONNECTION_CONFIG.makeSignalRepository(
    { creds: initAuthCreds(), keys: transactional },
    logger,
  );
}

describe('messages of a group', () => {
  let author: SignalRepositoryWithLIDStore;
  let reader: SignalRepositoryWithLIDStore;

  beforeEach(() => {
    author = device();
    reader = device();
  });

  async function write(text: string): Promise<Uint8Array> {
    const { ciphertext, senderKeyDistributionMessage } = await author.encryptGroupMessage({
      group: GROUP,
      meId: AUTHOR,
      data: Buffer.from(text),
    });
    if (text === '1') {
      const item = proto.Message.SenderKeyDistributionMessage.create({
        groupId: GROUP,
        axolotlSenderKeyDistributionMessage: senderKeyDistributionMessage,
      });
      await reader.processSenderKeyDistributionMessage({ authorJid: AUTHOR, item });
    }
    return ciphertext;
  }

  const read = async (msg: Uint8Array) =>
    Buffer.from(await reader.decryptGroupMessage({ group: GROUP, authorJid: AUTHOR, msg })).toString();

  it('can be read out of order: Baileys writes keys of skipped ones in a form that it cannot read itself', async () => {
    const written = [await write('1'), await write('2'), await write('3')];
    expect(await read(written[2]!)).toBe('3');
    expect(await read(written[0]!)).toBe('1');
    expect(await read(written[1]!)).toBe('2');
  });
});
