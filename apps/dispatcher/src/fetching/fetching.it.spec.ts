import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PostgresAttachmentStore } from '@waypost/attachments';
import { subjects } from '@waypost/contracts';
import { Messenger } from '@waypost/messaging';
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
import { queueFile } from '../testing/test-file.js';
import { FetchWorker } from './fetch-worker.js';

const MAX_BYTES = 2_097_152;
const PDF = Buffer.from('%PDF-1.7\nhello');
const JPEG = Buffer.from('ffd8ffe000104a46494600010100', 'hex');
const MP3 = Buffer.concat([Buffer.from('fffb9064', 'hex'), Buffer.alloc(400)]);
const PAGE = '<!DOCTYPE html><html><body>Sign in</body></html>';

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
const texts = (account: TestAccount) => owner.of(account.id).map(({ request }) => request.text);
let paths = 0;
const at = (answer: FileAnswer) => host.at(`/${++paths}`, answer);

/** Nothing of the account is held or in its lane any more. */
async function settled(account: TestAccount): Promise<void> {
  await eventually(
    async () => {
      const [held] = await sql(
        `select count(*)::integer as count from message where account_id = $1 and hold is not null`,
        [account.id],
      );
      return held.count === 0 && (await account.waiting()) === 0;
    },
    { withinMs: 20_000 },
  );
}

/** Answers when it is let go. */
function held(then: FileAnswer): { answer: FileAnswer; letGo: () => void } {
  let letGo = () => {};
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  return { answer: (socket) => void gone.then(() => then(socket)), letGo };
}

describe('a message with a file', () => {
  it('is sent with it once it is stored, as what its bytes say it is', async () => {
    const account = await connectedAccount();
    const { fileId, messageId } = await queueFile(account, at(answers.serve(JPEG, 'text/plain')), {
      text: 'Look',
      name: 'photo.bin',
    });
    await start();
    await settled(account);
    expect(owner.of(account.id).map(({ request }) => request)).toEqual([
      expect.objectContaining({
        messageId,
        text: 'Look',
        file: { fileId, kind: 'image', name: 'photo.bin', mimeType: 'image/jpeg' },
      }),
    ]);
    expect(await fileRow(fileId)).toMatchObject({
      state: 'stored',
      kind: 'image',
      mime_type: 'image/jpeg',
      is_web_page: false,
      size: JPEG.length,
      sha256: createHash('sha256').update(JPEG).digest(),
      attempts: 0,
      fetched_at: expect.any(Date),
    });
    expect(await new PostgresAttachmentStore(database.pool).get(fileId)).toEqual(JPEG);
    expect(await account.ledger()).toEqual({ balance: 0, sum: 0, refunds: 0 });
  });

  it('may be 2,097,152 bytes, and not one more', async () => {
    const account = await connectedAccount();
    const largest = randomBytes(MAX_BYTES);
    const fits = await queueFile(account, at(answers.serve(largest)));
    const over = await queueFile(account, at(answers.serve(Buffer.alloc(MAX_BYTES + 1))));
    await start();
    await settled(account);
    expect((await new PostgresAttachmentStore(database.pool).get(fits.fileId))?.equals(largest)).toBe(true);
    expect(await fileRow(over.fileId)).toMatchObject({ state: 'failed', failure_code: 'file_too_large' });
    expect(await account.states()).toEqual(['sent', 'failed']);
    expect(await account.ledger()).toEqual({ balance: 1, sum: 1, refunds: 1 });
  });

  it('keeps the order of its chat', async () => {
    const account = await connectedAccount();
    const chat = await account.chat({ checked: true });
    const file = held(answers.serve(PDF));
    await account.queue(['before'], { chat });
    await queueFile(account, at(file.answer), { chat, text: 'file' });
    await account.queue(['after', 'and after'], { chat });
    await start();
    await eventually(() => expect(texts(account)).toEqual(['before']));
    file.letGo();
    await settled(account);
    expect(texts(account)).toEqual(['before', 'file', 'after', 'and after']);
  });

  it('is fetched at once when a hint comes', async () => {
    const dispatcher = await start();
    const wake = jest.spyOn(dispatcher.get(FetchWorker), 'wake');
    const messenger = new Messenger(natsUrl(), 'test');
    await eventually(() => {
      messenger.hint(subjects.fetchLaneDue);
      expect(wake).toHaveBeenCalled();
    });
    await messenger.close();
  });
});

describe('text that does not fit with its file', () => {
  it('follows as the next message of the chat, under its own id, for one of the two credits', async () => {
    const account = await connectedAccount();
    const chat = await account.chat({ checked: true });
    const { messageId } = await queueFile(account, at(answers.serve(MP3)), {
      chat,
      text: 'Listen',
      name: 'song.mp3',
    });
    await account.queue(['after'], { chat });
    await start();
    await settled(account);
    const sends = owner.of(account.id).map(({ request }) => request);
    expect(sends.map(({ text, file }) => [text, file?.kind])).toEqual([
      ['', 'audio'],
      ['Listen', undefined],
      ['after', undefined],
    ]);
    expect(sends[1]!.keyId).toMatch(/^3EB0[0-9A-F]{16}$/);
    expect(new Set(sends.map(({ keyId }) => keyId)).size).toBe(3);
    const rows = await sql(
      `select m.kind, m.text, m.cost, m.state, m.origin, m.expires_at = f.expires_at as same_expiry, m.recipient_jid = f.recipient_jid as same_jid
       from message m join message f on f.id = $1 where m.chat_id = f.chat_id order by m.message_at`,
      [messageId],
    );
    expect(rows[1]).toEqual({
      kind: 'text',
      text: 'Listen',
      cost: 1,
      state: 'sent',
      origin: 'webhook',
      same_expiry: true,
      same_jid: true,
    });
    expect(rows[0]).toMatchObject({ text: '', cost: 1, state: 'sent' });
    expect(await account.ledger()).toEqual({ balance: 0, sum: 0, refunds: 0 });
  });

  it('is a caption up to 1,024 characters, and follows when it has more', async () => {
    const account = await connectedAccount();
    const url = at(answers.serve(PDF));
    await queueFile(account, url, { text: 'c'.repeat(1_024) });
    await queueFile(account, url, { text: 'd'.repeat(1_025) });
    await start();
    await settled(account);
    expect(texts(account)).toEqual(['c'.repeat(1_024), '', 'd'.repeat(1_025)]);
  });

  it('gives back what each part cost, when WhatsApp refuses both', async () => {
    const account = await connectedAccount();
    owner.answer(() => ({ outcome: 'rejected', code: '479' }));
    await queueFile(account, at(answers.serve(MP3)), { text: 'Listen' });
    await start();
    await settled(account);
    expect(texts(account)).toEqual(['', 'Listen']);
    expect(await account.ledger()).toEqual({ balance: 2, sum: 2, refunds: 2 });
  });
});

describe('one file of several messages', () => {
  it('is fetched once, and decided for each by its own name', async () => {
    const account = await connectedAccount();
    const url = at(answers.serve(PAGE, 'text/html'));
    const { fileId } = await queueFile(account, url, {
      name: 'page.html',
      chat: await account.chat({ checked: true }),
    });
    for (const name of ['page.pdf', 'PAGE.HTM']) {
      await queueFile(account, url, { fileId, name, chat: await account.chat({ checked: true }) });
    }
    await start();
    await settled(account);
    expect(host.asked(`/${paths}`)).toBe(1);
    expect(await account.messages()).toEqual([
      expect.objectContaining({ state: 'sent' }),
      expect.objectContaining({ state: 'failed', failureCode: 'file_web_page' }),
      expect.objectContaining({ state: 'sent' }),
    ]);
    expect(await account.ledger()).toEqual({ balance: 1, sum: 1, refunds: 1 });
  });

  it('lets all of them go in order, however many they are', async () => {
    const account = await connectedAccount();
    const chats = await Promise.all([1, 2, 3].map(() => account.chat({ checked: true })));
    const url = at(answers.serve(PDF));
    let fileId: string | undefined;
    for (let number = 0; number < 30; number++) {
      ({ fileId } = await queueFile(account, url, { fileId, chat: chats[number % 3], text: String(number) }));
    }
    await start();
    await settled(account);
    expect(host.asked(`/${paths}`)).toBe(1);
    const sends = owner.of(account.id).map(({ request }) => request);
    for (const rest of [0, 1, 2]) {
      const numbers = sends.map(({ text }) => Number(text)).filter((number) => number % 3 === rest);
      expect(numbers).toEqual(Array.from({ length: 10 }, (_, place) => place * 3 + rest));
    }
  });

  it('is not fetched again for messages that come when it is stored, or has failed', async () => {
    const account = await connectedAccount();
    await start();
    const good = at(answers.serve(PDF));
    const bad = at(answers.status(404));
    const stored = await queueFile(account, good);
    const failed = await queueFile(account, bad);
    await settled(account);
    await queueFile(account, good, { fileId: stored.fileId, text: 'again' });
    await queueFile(account, bad, { fileId: failed.fileId, text: 'again' });
    await settled(account);
    expect(host.asked(new URL(good).pathname)).toBe(1);
    expect(host.asked(new URL(bad).pathname)).toBe(1);
    expect(await account.states()).toEqual(['sent', 'failed', 'sent', 'failed']);
    expect(await account.ledger()).toEqual({ balance: 3, sum: 3, refunds: 2 });
  });

  it('is not fetched when none of them waits any more', async () => {
    const account = await connectedAccount();
    const url = at(answers.serve(PDF));
    const { messageId, fileId } = await queueFile(account, url);
    await account.setState(messageId, 'failed');
    await start();
    await eventually(async () => {
      const rows = await sql(`select from lane_item i join lane l on l.id = i.lane_id where l.key = $1`, [
        fileId,
      ]);
      expect(rows).toEqual([]);
    });
    expect(host.asked(new URL(url).pathname)).toBe(0);
  });
});

describe('while a file is being fetched', () => {
  it('its chat waits; other chats of the account and other accounts go on, with files from elsewhere too', async () => {
    const account = await connectedAccount();
    const other = await connectedAccount();
    const slow = held(answers.serve(PDF));
    const chat = await account.chat({ checked: true });
    await queueFile(account, at(slow.answer), { chat, text: 'slow file' });
    await account.queue(['behind it'], { chat });
    await account.queue(['elsewhere']);
    await queueFile(account, at(answers.serve(PDF)), {
      chat: await account.chat({ checked: true }),
      text: 'quick file',
    });
    await other.queue(['another account']);
    await start();
    await settled(other);
    await eventually(() => expect(texts(account).sort()).toEqual(['elsewhere', 'quick file']));
    slow.letGo();
    await settled(account);
    expect(texts(account).slice(2)).toEqual(['slow file', 'behind it']);
  });

  it('a host that never answers holds up no other host, however many files it has', async () => {
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

  it('a workspace with many slow files holds up no other workspace', async () => {
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

describe('a host that fails for a while', () => {
  it('is asked four times', async () => {
    const account = await connectedAccount();
    const url = at(answers.failing(3, answers.serve(PDF)));
    const { fileId } = await queueFile(account, url);
    await start();
    await settled(account);
    expect(host.asked(new URL(url).pathname)).toBe(4);
    expect(await account.states()).toEqual(['sent']);
    expect(await fileRow(fileId)).toMatchObject({ state: 'stored', attempts: 3 });
  });

  it('is not asked a fifth time', async () => {
    const account = await connectedAccount();
    const url = at(answers.failing(4, answers.serve(PDF)));
    await queueFile(account, url);
    await start();
    await settled(account);
    expect(host.asked(new URL(url).pathname)).toBe(4);
    expect(await account.messages()).toEqual([
      expect.objectContaining({ state: 'failed', failureReason: 'file_url answered HTTP 500' }),
    ]);
    expect(await account.ledger()).toEqual({ balance: 1, sum: 1, refunds: 1 });
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
