import { beforeEach, describe, expect, it } from '@jest/globals';
import { proto } from '@whiskeysockets/baileys';
import { MemoryUnits } from '../testing/memory-units.js';
import type { AccountStore } from '../unit-of-work/account-store.js';
import { HistoryInbox } from './history-inbox.js';

const { INITIAL_BOOTSTRAP, RECENT, FULL } = proto.HistorySync.HistorySyncType;
const ME = '4915100000001@s.whatsapp.net';

const announcement = (syncType: number, chunkOrder?: number) =>
  proto.Message.create({
    protocolMessage: {
      type: proto.Message.ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION,
      historySyncNotification: { syncType, chunkOrder, directPath: '/history' },
    },
  });

describe('history that the phone sent', () => {
  let durable: MemoryUnits;
  let store: AccountStore;
  let inbox: HistoryInbox;

  beforeEach(() => {
    durable = new MemoryUnits();
    restart();
  });

  function restart(): void {
    store = durable.newStore();
    inbox = new HistoryInbox(store);
  }

  async function announce(keyId: string, syncType: number, chunkOrder?: number): Promise<void> {
    const message = announcement(syncType, chunkOrder);
    await store.unit(() => inbox.note(keyId, 1_764_000_000, message, proto.Message.encode(message).finish()));
    await store.commit();
  }

  const leftOver = async () => (await inbox.leftOver(ME)).map(({ key }) => key.id);

  it('is left over for the next connection when a crash came in between', async () => {
    await announce('H1', INITIAL_BOOTSTRAP);
    restart();
    const [message] = await inbox.leftOver(ME);
    expect(message?.key).toEqual({ remoteJid: ME, fromMe: true, id: 'H1' });
    expect(message?.message?.protocolMessage?.historySyncNotification?.directPath).toBe('/history');
  });

  it('is forgotten piece by piece as Baileys tells of it', async () => {
    await announce('H1', INITIAL_BOOTSTRAP);
    await announce('H2', RECENT, 1);
    await announce('H3', RECENT, 2);
    await inbox.done({ syncType: RECENT, chunkOrder: 1 });
    await inbox.done({ syncType: INITIAL_BOOTSTRAP, chunkOrder: null });
    await store.commit();
    restart();
    expect(await leftOver()).toEqual(['H3']);
  });

  it('is kept once, however often it is announced, and not at all when it is not wanted', async () => {
    await announce('H1', INITIAL_BOOTSTRAP);
    await announce('H1', INITIAL_BOOTSTRAP);
    await announce('H2', FULL);
    expect(await leftOver()).toEqual(['H1']);
  });

  it('is given up when it fails time and again', async () => {
    await announce('H1', INITIAL_BOOTSTRAP);
    for (let tries = 0; tries < 5; tries++) expect(await leftOver()).toEqual(['H1']);
    expect(await leftOver()).toEqual([]);
  });

  it('is not given up because connections end before it was worked through', async () => {
    await announce('H1', INITIAL_BOOTSTRAP);
    for (let tries = 0; tries < 10; tries++) {
      expect(await leftOver()).toEqual(['H1']);
      await inbox.interrupted('H1');
    }
  });
});
