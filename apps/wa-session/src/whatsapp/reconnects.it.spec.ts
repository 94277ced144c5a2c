import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually, ServiceProcess } from '@waypost/testkit';
import { randomInt } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MemoryUnits } from '../testing/memory-units.js';
import { releaseLongTimers } from '../testing/release-long-timers.js';
import { SandboxApi } from '../testing/sandbox-api.js';
import { newSessionMemory } from './bounded-cache.js';
import { bundledVersion } from './client-version.js';
import { silenceLibsignal } from './silence-libsignal.js';
import { WhatsAppConnection, type ConnectionEvent } from './whatsapp-connection.js';

jest.setTimeout(90_000);
const SOON = { withinMs: 30_000 };
const RECONNECTS = 25;
/** Timers of Baileys, some of half a minute, may hold a few. */
const STILL_HELD = 3;

describe('a session that connects again and again', () => {
  const phone = `+49155${randomInt(10_000_000, 99_999_999)}`;
  const store = new MemoryUnits().newStore();
  const memory = newSessionMemory();
  let sandboxProcess: ServiceProcess;
  let sandbox: SandboxApi;

  beforeAll(async () => {
    silenceLibsignal();
    releaseLongTimers();
    sandboxProcess = await ServiceProcess.start('sandbox', {});
    sandbox = new SandboxApi(sandboxProcess.url);
  });
  afterAll(() => sandboxProcess.kill('SIGTERM'));

  async function open(): Promise<{ connection: WhatsAppConnection; told: ConnectionEvent[] }> {
    const told: ConnectionEvent[] = [];
    const connection = await WhatsAppConnection.open(
      {
        store,
        webSocketUrl: sandbox.webSocketUrl,
        version: bundledVersion(),
        findSent: async () => undefined,
        on: (event) => told.push(event),
        log: () => undefined,
      },
      memory,
    );
    return { connection, told };
  }

  const hears = (told: ConnectionEvent[], type: ConnectionEvent['type']) =>
    eventually(() => told.some((event) => event.type === type), SOON);

  async function connectAndClose(): Promise<WeakRef<WhatsAppConnection>> {
    const { connection, told } = await open();
    await hears(told, 'open');
    await connection.close();
    return new WeakRef(connection);
  }

  it('keeps nothing of the connections that ended', async () => {
    const first = await open();
    await hears(first.told, 'qr');
    const offered = first.told.find((event) => event.type === 'qr');
    await sandbox.scan(offered?.type === 'qr' ? offered.qr : '', phone);
    await hears(first.told, 'closed');

    const ended: WeakRef<WhatsAppConnection>[] = [];
    for (let n = 0; n < RECONNECTS; n++) ended.push(await connectAndClose());
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    await eventually(() => {
      collect();
      expect(ended.filter((one) => one.deref() !== undefined).length).toBeLessThanOrEqual(STILL_HELD);
    }, SOON);
  });
});
