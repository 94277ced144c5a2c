import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createTestDatabase,
  eventually,
  fileAnswers as answers,
  FileHost,
  natsUrl,
  type FileAnswer,
  type TestDatabase,
} from '@waypost/testkit';
import { SendWorker } from '../sending/send-worker.js';
import { SessionOwner } from '../testing/session-owner.js';
import { startDispatcher, type RunningDispatcher } from '../testing/start-dispatcher.js';
import { TestAccount } from '../testing/test-account.js';
import { queueFile } from '../testing/test-file.js';
import { FetchWorker } from './fetch-worker.js';

const MAX_BYTES = 2_097_152;
const TIMEOUT_MS = 400;
const BROKEN = 'the connection broke before the answer was complete';
const unreachable = (why: string) => ['file_unreachable', `file_url could not be fetched: ${why}`];
const TOO_LARGE = ['file_too_large', 'The file is larger than 2 MB'];
const REFUSED = ['file_address_refused', 'file_url points at a private or reserved address'];
const REDIRECTS = ['file_redirects', 'file_url redirects too often'];

const dead: FileAnswer = (socket) => {
  socket.destroy();
};

/** What the host does, how often it is asked, and what is told about the message. */
const HOSTILE: [string, FileAnswer, number, string[]][] = [
  ['never answers', answers.silence(), 4, unreachable(`no complete answer within ${TIMEOUT_MS} ms`)],
  ['drips', answers.drip(), 4, unreachable(`no complete answer within ${TIMEOUT_MS} ms`)],
  ['sends without end', answers.endless(), 1, TOO_LARGE],
  ['says that more comes than may', answers.promising(10 ** 12, 'tiny'), 1, TOO_LARGE],
  ['says that more comes than does', answers.promising(1_000, 'half'), 4, unreachable(BROKEN)],
  ['sends one byte too many', answers.serve(Buffer.alloc(MAX_BYTES + 1)), 1, TOO_LARGE],
  ['sends a bomb', answers.gzipBomb(MAX_BYTES * 20), 1, TOO_LARGE],
  [
    'sends a web page',
    answers.webPage(),
    1,
    ['file_web_page', 'file_url returned a web page, not a file; use a direct download link'],
  ],
  ['sends nothing', answers.serve(''), 1, ['file_empty', 'The file is empty']],
  ['resets in the middle', answers.reset(), 4, unreachable(BROKEN)],
  ['hangs up', dead, 4, unreachable(BROKEN)],
  ['has no such file', answers.status(404), 1, ['file_status', 'file_url answered HTTP 404']],
  ['is broken', answers.status(500), 4, ['file_status', 'file_url answered HTTP 500']],
  ['redirects to itself', answers.redirect('/file'), 6, REDIRECTS],
  ['redirects to loopback', answers.redirect('http://[::1]/'), 1, REFUSED],
  ['redirects to a decimal address', answers.redirect('http://167772161/'), 1, REFUSED],
  [
    'redirects to the metadata service',
    answers.redirect('http://169.254.169.254/latest/meta-data/'),
    1,
    REFUSED,
  ],
  [
    'redirects to a file of ours',
    answers.redirect('file:///etc/passwd'),
    1,
    unreachable('only http and https URLs can be called'),
  ],
];

let database: TestDatabase;
let owner: SessionOwner;
let honest: FileHost;
let dispatcher: RunningDispatcher;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await new SessionOwner(natsUrl()).start();
  honest = await new FileHost().start();
  dispatcher = await startDispatcher(database.url, {
    fileAllowedNetworks: ['127.0.0.0/8'],
    fetchTimeoutMs: TIMEOUT_MS,
    fetchRetryMs: [10, 20, 30],
    sendPaceMinMs: 0,
    sendPaceMaxMs: 10,
  });
});
afterAll(async () => {
  await dispatcher?.close();
  await honest?.stop();
  await owner?.stop();
  await database?.drop();
});

const texts = (account: TestAccount) => owner.of(account.id).map(({ request }) => request.text);

async function isHeld(messageId: string): Promise<boolean> {
  const { rows } = await database.pool.query('select hold from message where id = $1', [messageId]);
  return rows[0].hold !== null;
}

describe.each(HOSTILE)('a host that %s', (_what, answer, asked, [code, reason]) => {
  it('costs its own message, which is refunded, and nobody else anything', async () => {
    const host = await new FileHost('127.0.0.2').start();
    try {
      const account = await (await TestAccount.create(database.pool)).leaseTo(owner.pod);
      const other = await (await TestAccount.create(database.pool)).leaseTo(owner.pod);
      const chat = await account.chat({ checked: true });
      const url = host.at('/file', answer);
      const { messageId } = await queueFile(account, url, { chat, text: 'bad' });
      await account.queue(['behind it'], { chat });
      await account.queue(['another chat']);
      await queueFile(other, honest.at('/good', answers.serve('%PDF-1.7')), { text: 'another account' });
      dispatcher.get(FetchWorker).wake();
      dispatcher.get(SendWorker).wake();

      await eventually(
        async () => {
          expect(texts(account).sort()).toEqual(['another chat', 'behind it']);
          expect(texts(other)).toEqual(['another account']);
          expect(await account.waiting()).toBe(0);
        },
        { withinMs: 20_000 },
      );
      expect(await isHeld(messageId)).toBe(false);
      expect(await account.messages()).toEqual([
        expect.objectContaining({ id: messageId, state: 'failed', failureCode: code, failureReason: reason }),
        expect.objectContaining({ state: 'sent' }),
        expect.objectContaining({ state: 'sent' }),
      ]);
      expect(await account.ledger()).toEqual({ balance: 2, sum: 2, refunds: 1 });
      expect(await other.ledger()).toEqual({ balance: 0, sum: 0, refunds: 0 });
      expect(host.requests).toHaveLength(asked);
      // Nothing is read any more; connections whose answer was complete may be kept for the next.
      await eventually(() => host.connections <= (code === 'file_redirects' ? asked : 1));
    } finally {
      await host.stop();
    }
  });
});

it('a host that says too little is believed: what follows belongs to no answer', async () => {
  const account = await (await TestAccount.create(database.pool)).leaseTo(owner.pod);
  await queueFile(account, honest.at('/short', answers.promising(8, `%PDF-1.7${'x'.repeat(MAX_BYTES)}`)));
  await eventually(() => owner.of(account.id).length === 1, { withinMs: 10_000 });
  const { rows } = await database.pool.query('select state, size from file where workspace_id = $1', [
    account.workspaceId,
  ]);
  expect(rows).toEqual([{ state: 'stored', size: 8 }]);
});
