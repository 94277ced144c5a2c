import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createTestDatabase,
  eventually,
  fileAnswers as answers,
  FileHost,
  natsUrl,
  type FileAnswer,
  type TestDatabase,
} from '@waypost/testkit';
import type { DispatcherConfig } from '../dispatcher.config.js';
import { SessionOwner } from '../testing/session-owner.js';
import { startDispatcher, type RunningDispatcher } from '../testing/start-dispatcher.js';
import { TestAccount } from '../testing/test-account.js';
import { queueFile, settled } from '../testing/test-file.js';

const PDF = Buffer.from('%PDF-1.7\nhello');

let database: TestDatabase;
let owner: SessionOwner;
let host: FileHost;
let hosts: FileHost[];
let running: RunningDispatcher[];

beforeEach(async () => {
  database = await createTestDatabase();
  owner = await new SessionOwner(natsUrl()).start();
  running = [];
  hosts = [];
  host = await newHost();
});
afterEach(async () => {
  await Promise.all(running.map((dispatcher) => dispatcher.close()));
  await Promise.all(hosts.map((one) => one.stop()));
  await owner.stop();
  await database.drop();
});

async function newHost(address?: string): Promise<FileHost> {
  const made = await new FileHost(address).start();
  hosts.push(made);
  return made;
}

async function start(change: Partial<DispatcherConfig> = {}): Promise<RunningDispatcher> {
  const dispatcher = await startDispatcher(database.url, {
    fileAllowedNetworks: ['127.0.0.1/32'],
    fetchTimeoutMs: 10_000,
    fetchRetryMs: [20, 30, 40],
    sendPaceMinMs: 0,
    sendPaceMaxMs: 10,
    ...change,
  });
  running.push(dispatcher);
  return dispatcher;
}

const connectedAccount = async () => (await TestAccount.create(database.pool)).leaseTo(owner.pod);
const sql = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;
const fileRow = async (id: string) => (await sql('select * from file where id = $1', [id]))[0];
let paths = 0;
const at = (answer: FileAnswer) => host.at(`/${++paths}`, answer);

describe('files that do not come', () => {
  it('of one host hold up no other host, however many they are', async () => {
    const silent = await newHost('127.0.0.2');
    const url = silent.at('/file', answers.silence());
    for (let count = 0; count < 30; count++) await queueFile(await connectedAccount(), url);
    const others = await Promise.all(Array.from({ length: 5 }, connectedAccount));
    for (const other of others) await queueFile(other, at(answers.serve(PDF)));
    await start({ fetchConcurrency: 8, fileAllowedNetworks: ['127.0.0.0/8'] });
    for (const other of others) await settled(other);
    expect(silent.connections).toBeGreaterThan(0);
    expect(silent.connections).toBeLessThanOrEqual(2);
  });

  it('of one workspace hold up no other workspace, whatever their hosts', async () => {
    const greedy = await connectedAccount();
    const modest = await connectedAccount();
    const silent = await Promise.all([2, 3, 4].map((last) => newHost(`127.0.0.${last}`)));
    for (const one of silent) {
      const url = one.at('/file', answers.silence());
      for (let count = 0; count < 10; count++) await queueFile(greedy, url);
    }
    await queueFile(modest, at(answers.serve(PDF)));
    await start({ fetchConcurrency: 8, fileAllowedNetworks: ['127.0.0.0/8'] });
    await settled(modest);
    const connections = silent.reduce((sum, one) => sum + one.connections, 0);
    expect(connections).toBeGreaterThan(0);
    expect(connections).toBeLessThanOrEqual(2);
  });
});

describe('when something of ours fails', () => {
  it('a clean stop gives the file back at once, and that was no try', async () => {
    const account = await connectedAccount();
    let asked = 0;
    const url = at((socket) => (++asked === 1 ? answers.silence() : answers.serve(PDF))(socket));
    const { fileId } = await queueFile(account, url);
    const first = await start({ fetchTimeoutMs: 60_000 });
    await eventually(() => asked === 1);
    running = [];
    const startedAt = performance.now();
    await first.close();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await start();
    await settled(account);
    expect(await account.states()).toEqual(['sent']);
    expect(await fileRow(fileId)).toMatchObject({ state: 'stored', attempts: 0 });
  });

  it('a store that is away delays the file, and is no failure of its host', async () => {
    const account = await connectedAccount();
    const { fileId } = await queueFile(account, at(answers.serve(PDF)));
    await sql('alter table attachment rename to away');
    await start();
    await eventually(() => host.asked(`/${paths}`) === 1);
    await eventually(async () => {
      const [lane] = await sql('select lease_token from lane where key = $1', [fileId]);
      expect(lane.lease_token).toBeNull();
    });
    await sql('alter table away rename to attachment');
    await settled(account);
    expect(await account.states()).toEqual(['sent']);
    expect(await fileRow(fileId)).toMatchObject({ state: 'stored', attempts: 0 });
  });
});

it('a file that no message waits for any more is not fetched', async () => {
  const account = await connectedAccount();
  const url = at(answers.serve(PDF));
  const { messageId, fileId } = await queueFile(account, url);
  await account.setState(messageId, 'failed');
  await start();
  await eventually(async () => {
    const rows = await sql('select from lane_item i join lane l on l.id = i.lane_id where l.key = $1', [
      fileId,
    ]);
    expect(rows).toEqual([]);
  });
  expect(host.asked(new URL(url).pathname)).toBe(0);
});
