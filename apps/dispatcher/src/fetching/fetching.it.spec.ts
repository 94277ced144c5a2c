import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
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
import { SessionOwner } from '../testing/session-owner.js';
import { startDispatcher, type RunningDispatcher } from '../testing/start-dispatcher.js';
import { TestAccount } from '../testing/test-account.js';
import { queueFile, settled } from '../testing/test-file.js';
import { FetchWorker } from './fetch-worker.js';

const MAX_BYTES = 2_097_152;
const PDF = Buffer.from('%PDF-1.7\nhello');
const JPEG = Buffer.from('ffd8ffe000104a46494600010100', 'hex');
const MP3 = Buffer.concat([Buffer.from('fffb9064', 'hex'), Buffer.alloc(400)]);
const PAGE = '<!DOCTYPE html><html><body>Sign in</body></html>';

let database: TestDatabase;
let owner: SessionOwner;
let host: FileHost;
let dispatcher: RunningDispatcher;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await new SessionOwner(natsUrl()).start();
  host = await new FileHost().start();
  dispatcher = await startDispatcher(database.url, {
    fileAllowedNetworks: ['127.0.0.1/32'],
    fetchTimeoutMs: 10_000,
    fetchRetryMs: [20, 30, 40],
    sendPaceMinMs: 0,
    sendPaceMaxMs: 10,
  });
});
afterEach(() => {
  owner.answer(() => ({ outcome: 'acked' }));
});
afterAll(async () => {
  await dispatcher?.close();
  await host?.stop();
  await owner?.stop();
  await database?.drop();
});

const connectedAccount = async () => (await TestAccount.create(database.pool)).leaseTo(owner.pod);
const sql = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;
const fileRow = async (id: string) => (await sql('select * from file where id = $1', [id]))[0];
const texts = (account: TestAccount) => owner.of(account.id).map(({ request }) => request.text);
let paths = 0;
const at = (answer: FileAnswer) => host.at(`/${++paths}`, answer);

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
    await eventually(() => expect(texts(account)).toEqual(['before']));
    file.letGo();
    await settled(account);
    expect(texts(account)).toEqual(['before', 'file', 'after', 'and after']);
  });

  it('is fetched at once when a hint comes', async () => {
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
    await settled(account);
    expect(texts(account)).toEqual(['c'.repeat(1_024), '', 'd'.repeat(1_025)]);
  });

  it('gives back what each part cost, when WhatsApp refuses both', async () => {
    const account = await connectedAccount();
    owner.answer(() => ({ outcome: 'rejected', code: '479' }));
    await queueFile(account, at(answers.serve(MP3)), { text: 'Listen' });
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
    await settled(other);
    await eventually(() => expect(texts(account).sort()).toEqual(['elsewhere', 'quick file']));
    slow.letGo();
    await settled(account);
    expect(texts(account).slice(2)).toEqual(['slow file', 'behind it']);
  });
});

describe('a file that was fetched while its chat became part of another one', () => {
  it('is decided there', async () => {
    const account = await connectedAccount();
    const older = await account.chat({ checked: true });
    const younger = await account.chat({ checked: true });
    const slow = held(answers.serve(PDF));
    await queueFile(account, at(slow.answer), { chat: younger, text: 'the file' });
    const merging = await database.pool.connect();
    try {
      await merging.query('begin');
      await merging.query('select from chat where id = any($1::bigint[]) order by id for update', [
        [older, younger],
      ]);
      slow.letGo();
      await eventually(async () => {
        const waiting = await sql(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%chat%'`,
        );
        expect(waiting).toHaveLength(1);
      });
      await merging.query('update message set chat_id = $1 where chat_id = $2', [older, younger]);
      await merging.query('update chat set contact_id = null, merged_into = $1 where id = $2', [
        older,
        younger,
      ]);
      await merging.query('commit');
    } finally {
      merging.release();
    }
    await settled(account);
    expect(texts(account)).toEqual(['the file']);
  });
});

describe('a host that fails for a while', () => {
  it('is asked four times', async () => {
    const account = await connectedAccount();
    const url = at(answers.failing(3, answers.serve(PDF)));
    const { fileId } = await queueFile(account, url);
    await settled(account);
    expect(host.asked(new URL(url).pathname)).toBe(4);
    expect(await account.states()).toEqual(['sent']);
    expect(await fileRow(fileId)).toMatchObject({ state: 'stored', attempts: 3 });
  });

  it('is not asked a fifth time', async () => {
    const account = await connectedAccount();
    const url = at(answers.failing(4, answers.serve(PDF)));
    await queueFile(account, url);
    await settled(account);
    expect(host.asked(new URL(url).pathname)).toBe(4);
    expect(await account.messages()).toEqual([
      expect.objectContaining({ state: 'failed', failureReason: 'file_url answered HTTP 500' }),
    ]);
    expect(await account.ledger()).toEqual({ balance: 1, sum: 1, refunds: 1 });
  });
});
