import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newWaKeyId, phoneToJid } from '@waypost/kernel';
import { eventually, ServiceProcess } from '@waypost/testkit';
import { randomInt } from 'node:crypto';
import { MemoryUnits } from '../testing/memory-units.js';
import { releaseLongTimers } from '../testing/release-long-timers.js';
import { SandboxApi } from '../testing/sandbox-api.js';
import type { AccountStore } from '../unit-of-work/account-store.js';
import { newSessionMemory } from './bounded-cache.js';
import { bundledVersion } from './client-version.js';
import { silenceLibsignal } from './silence-libsignal.js';
import { WhatsAppConnection, type ConnectionEvent } from './whatsapp-connection.js';

jest.setTimeout(90_000);

const SOON = { withinMs: 20_000 };
const newPhone = () => `+49155${randomInt(10_000_000, 99_999_999)}`;

/** Orders inside Baileys on which the unit of work stands (docs/decisions/0001). An upgrade that changes one fails here. */
describe('Baileys', () => {
  const phone = newPhone();
  const contact = newPhone();
  const durable = new MemoryUnits();
  let sandboxProcess: ServiceProcess;
  let sandbox: SandboxApi;
  let store: AccountStore;
  let connection: WhatsAppConnection;
  let told: ConnectionEvent[];

  beforeAll(async () => {
    silenceLibsignal();
    releaseLongTimers();
    sandboxProcess = await ServiceProcess.start('sandbox', {});
    sandbox = new SandboxApi(sandboxProcess.url);
    store = durable.newStore();
  });

  afterAll(async () => {
    durable.release();
    await connection.close();
    await sandboxProcess.kill('SIGTERM');
  });

  async function connect(): Promise<void> {
    told = [];
    connection = await WhatsAppConnection.open(
      {
        store,
        webSocketUrl: sandbox.webSocketUrl,
        version: bundledVersion(),
        findSent: async () => undefined,
        on: (event) => told.push(event),
        log: () => undefined,
      },
      newSessionMemory(),
    );
  }

  function hears<T extends ConnectionEvent['type']>(type: T) {
    return eventually(
      () => told.find((event): event is Extract<ConnectionEvent, { type: T }> => event.type === type) ?? null,
      SOON,
    );
  }

  /** What the network saw of the account, after everything that the connection has sent until now. */
  async function seen(kind: string): Promise<Array<Record<string, unknown>>> {
    await connection.newChatsLockedUntil();
    return (await sandbox.journal()).filter((entry) => entry.kind === kind && entry['phone'] === phone);
  }

  it('tells WhatsApp that it is linked after its credentials are stored', async () => {
    await connect();
    const { qr } = await hears('qr');
    durable.hold(({ creds }) => creds !== undefined);
    const scanned = sandbox.scan(qr, phone);
    await eventually(() => durable.isHolding, SOON);
    // What Baileys sent before is older than this question, which the network has answered.
    await connection.newChatsLockedUntil().catch(() => undefined);
    expect((await sandbox.journal()).map(({ kind }) => kind)).not.toContain('paired');
    durable.release();
    await scanned;
    await hears('closed');
  });

  it('uploads pre-keys after they were stored', async () => {
    durable.hold(({ keys }) => keys.filter(({ type }) => type === 'pre-key').length > 100);
    await connect();
    await eventually(() => durable.isHolding, SOON);
    expect(await seen('pre_keys_uploaded')).toEqual([]);
    durable.release();
    await hears('open');
    expect(await seen('pre_keys_uploaded')).toHaveLength(1);
  });

  it('sends a receipt after what was decrypted is committed', async () => {
    durable.hold(({ events }) => events.some(({ kind }) => kind === 'message'));
    const { id } = await sandbox.write(contact, phone, 'Hello');
    await eventually(() => durable.isHolding, SOON);
    const receipts = async () => (await seen('receipt_from_device')).filter((entry) => entry['id'] === id);
    expect(await receipts()).toEqual([]);
    durable.release();
    await eventually(async () => expect(await receipts()).toMatchObject([{ id }]), SOON);
  });

  it.each([
    { chat: 'a person', ratchet: 'session', address: async () => phoneToJid(contact) },
    { chat: 'a group', ratchet: 'sender-key', address: () => sandbox.createGroup([phone, contact]) },
  ])('puts a message to $chat on the wire after the step of its ratchet is committed', async (to) => {
    const address = await to.address();
    await connection.sendText(address, newWaKeyId(), 'Hello');
    durable.hold(({ keys }) => keys.some(({ type }) => type === to.ratchet));
    const keyId = newWaKeyId();
    const sending = connection.sendText(address, keyId, 'Good morning');
    await eventually(() => durable.isHolding, SOON);
    const sent = async () => (await seen('message_from_device')).filter((entry) => entry['id'] === keyId);
    expect(await sent()).toEqual([]);
    durable.release();
    await sending;
    await eventually(
      async () => expect(await sent()).toMatchObject([{ id: keyId, text: 'Good morning' }]),
      SOON,
    );
  });

  it('acknowledges the other side’s receipt after its event is committed', async () => {
    const waiting = async () => (await sandbox.account(phone)).devices[0]!.queued.receipts;
    await eventually(async () => expect(await waiting()).toBe(0), SOON);
    durable.hold(({ events }) => events.some(({ kind }) => kind === 'receipt'));
    await sandbox.setContact(contact, { readsMessages: true });
    await eventually(() => durable.isHolding, SOON);
    await connection.newChatsLockedUntil();
    expect(await waiting()).toBeGreaterThan(0);
    durable.release();
    await eventually(async () => expect(await waiting()).toBe(0), SOON);
  });

  it('works through history again when it died before what it learned from it was stored', async () => {
    const ada = newPhone();
    await sandbox.setContact(ada, { name: 'Ada', readsMessages: false });
    const { id } = await sandbox.write(ada, phone, 'long ago');
    await eventually(() => durable.events.some(({ name }) => name?.keyId === id), SOON);
    const learned = () => durable.events.filter(({ kind, event }) => kind === 'contact' && 'name' in event);
    const toldOfAda = () => learned().filter(({ event }) => (event as { name?: string }).name === 'Ada');

    durable.hold(({ keys }) => keys.some(({ type, value }) => type === 'history-inbox' && value === null));
    await sandbox.shareHistory(phone);
    await eventually(() => durable.isHolding, SOON);
    expect(toldOfAda()).toEqual([]);
    connection.terminate('a crash');

    durable.hold(() => false);
    store = durable.newStore();
    await connect();
    await hears('open');
    await eventually(() => expect(toldOfAda()).toHaveLength(1), SOON);
    await store.commit();
    expect((await durable.newStore().get('history-inbox', ['waiting'])).size).toBe(0);
  });

  it('asks for a message that it cannot read after it is committed that there is one', async () => {
    for (const id of durable.idsOf('session')) store.set('session', id, null);
    await store.commit();
    durable.hold(({ events }) => events.some(({ kind }) => kind === 'undecryptable'));
    const { id } = await sandbox.write(contact, phone, 'Can you read this?');
    await eventually(() => durable.isHolding, SOON);
    const requests = async () =>
      (await seen('receipt_from_device')).filter((entry) => entry['id'] === id && entry['type'] === 'retry');
    expect(await requests()).toEqual([]);
    durable.release();
    await eventually(async () => expect(await requests()).toMatchObject([{ id }]), SOON);
  });

  it('leaves a pre-key in store for its next request of a message', async () => {
    await store.commit();
    const creds = JSON.parse((await store.readCreds())!.toString('utf8'));
    expect(creds.nextPreKeyId - creds.firstUnuploadedPreKeyId).toBe(1);
    const spare = String(creds.firstUnuploadedPreKeyId);
    expect((await durable.newStore().get('pre-key', [spare])).has(spare)).toBe(true);
  });
});
