import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PostgresAttachmentStore } from '@waypost/attachments';
import {
  createTestDatabase,
  eventually,
  fileAnswers as answers,
  FileHost,
  natsUrl,
  ServiceProcess,
  type TestDatabase,
} from '@waypost/testkit';
import { SessionOwner } from '../testing/session-owner.js';
import { TestAccount } from '../testing/test-account.js';
import { queueFile } from '../testing/test-file.js';

const FILES = 10;

let database: TestDatabase;
let owner: SessionOwner;
let host: FileHost;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await new SessionOwner(natsUrl()).start();
  host = await new FileHost().start();
});
afterAll(async () => {
  await host?.stop();
  await owner?.stop();
  await database?.drop();
});

it('a dispatcher killed in the middle of fetches loses no file and no message, and doubles none', async () => {
  const env = {
    DATABASE_URL: database.url,
    NATS_URL: natsUrl(),
    SEND_PACE_MIN_MS: '0',
    SEND_PACE_MAX_MS: '10',
    SEND_TIMEOUT_MS: '2000',
    FETCH_TIMEOUT_MS: '1000',
    FILE_ALLOWED_NETWORKS: '127.0.0.1/32',
  };
  const pdf = (number: number) => `%PDF-1.7 ${number}`;
  // The odd ones are silent until the first dispatcher is dead.
  for (let number = 0; number < FILES; number++) {
    host.at(`/${number}`, number % 2 === 0 ? answers.serve(pdf(number)) : answers.silence());
  }
  const accounts: TestAccount[] = [];
  const files: string[] = [];
  for (let number = 0; number < FILES; number++) {
    const account = await (await TestAccount.create(database.pool)).leaseTo(owner.pod);
    const chat = await account.chat({ checked: true });
    const { fileId } = await queueFile(account, `${host.url}/${number}`, { chat, text: String(number) });
    await account.queue(['behind it'], { chat });
    accounts.push(account);
    files.push(fileId);
  }
  const first = await ServiceProcess.start('dispatcher', env);
  let second: ServiceProcess | undefined;
  try {
    await eventually(() => host.requests.some(({ path }) => Number(path.slice(1)) % 2 === 1), {
      withinMs: 30_000,
      everyMs: 1,
    });
    await first.kill('SIGKILL');
    for (let number = 1; number < FILES; number += 2) host.at(`/${number}`, answers.serve(pdf(number)));
    second = await ServiceProcess.start('dispatcher', env);
    const store = new PostgresAttachmentStore(database.pool);
    for (const [number, account] of accounts.entries()) {
      await eventually(
        async () => {
          expect(await account.states()).toEqual(['sent', 'sent']);
          expect(await account.waiting()).toBe(0);
        },
        { withinMs: 90_000, everyMs: 100 },
      );
      const sends = owner.of(account.id).map(({ request }) => request);
      // What was in flight when the dispatcher died went again under its id, before what is behind it.
      expect([...new Set(sends.map(({ text }) => text))]).toEqual([String(number), 'behind it']);
      expect(new Set(sends.map(({ keyId }) => keyId)).size).toBe(2);
      expect((await store.get(files[number]!))?.toString()).toBe(pdf(number));
      expect(await account.ledger()).toEqual({ balance: 0, sum: 0, refunds: 0 });
    }
    const { rows } = await database.pool.query(
      `select (select count(*)::integer from message where hold is not null) as held,
         (select count(*)::integer from lane_item) as items,
         (select count(*)::integer from file where state = 'stored') as stored`,
    );
    expect(rows).toEqual([{ held: 0, items: 0, stored: FILES }]);
  } finally {
    await Promise.all([first.kill('SIGKILL'), second?.kill('SIGTERM')]);
  }
}, 150_000);
