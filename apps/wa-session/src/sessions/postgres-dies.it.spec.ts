import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { migrate } from '@waypost/persistence';
import { CuttingProxy, eventually, OwnPostgres } from '@waypost/testkit';
import pg from 'pg';
import { SessionsUnderTest, type LinkedAccount } from '../testing/sessions-under-test.js';

jest.setTimeout(150_000);
const SOON = { withinMs: 40_000, everyMs: 50 };
/** The name of the one statement that commits units. */
const COMMIT = 'write-units';

describe('when Postgres dies in a commit', () => {
  let postgres: OwnPostgres;
  let proxy: CuttingProxy;
  let running: SessionsUnderTest;
  let account: LinkedAccount;
  let contact: string;
  const written: string[] = [];
  const sent: string[] = [];

  beforeAll(async () => {
    postgres = await OwnPostgres.start();
    await migrate(postgres.url);
    proxy = await CuttingProxy.start(postgres.url);
    running = await SessionsUnderTest.start({
      database: postgres.database(),
      databaseUrl: async () => proxy.url,
      settings: { LEASE_TTL_MS: '20000' },
    });
    account = await running.linkedAccount();
    contact = running.newPhone();
    await write('first');
    await send('first');
  });

  afterAll(async () => {
    await running.stop();
    await proxy.stop();
  });

  async function write(text: string): Promise<void> {
    written.push(text);
    await running.sandbox.write(contact, account.phone, text);
  }

  async function send(text: string): Promise<void> {
    sent.push(text);
    await running.send(account.accountId, contact, text);
  }

  /** Kills Postgres after it has committed, before the session hears of it. */
  async function afterCommit(act: () => Promise<void>): Promise<void> {
    const before = proxy.cuts;
    proxy.swallowAnswerTo(COMMIT);
    const acting = act();
    await eventually(() => proxy.cuts > before, SOON);
    await postgres.crashAndRecover();
    await acting;
  }

  /** Kills Postgres while the statement runs. */
  async function beforeCommit(act: () => Promise<void>): Promise<void> {
    const client = new pg.Client({ connectionString: postgres.url });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('begin');
    await client.query('lock table wa_key in access exclusive mode');
    const acting = act();
    await eventually(async () => {
      const { rows } = await client.query(
        `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%keys_put%'`,
      );
      return rows.length > 0;
    }, SOON);
    await postgres.crashAndRecover();
    await acting;
  }

  it.each([
    ['after it, while receiving', (text: string) => afterCommit(() => write(text))],
    ['before it, while receiving', (text: string) => beforeCommit(() => write(text))],
    ['after it, while sending', (text: string) => afterCommit(() => send(text))],
    ['before it, while sending', (text: string) => beforeCommit(() => send(text))],
  ])('%s: nothing is lost, and no key is used twice', async (when, mishap) => {
    await mishap(when);
    await write(`then received ${when}`);
    await eventually(async () => expect(await running.texts(account.accountId)).toEqual(written), SOON);
    await eventually(async () => {
      await send(`then sent ${when}`);
      expect((await running.sandbox.shown(contact)).map(({ text }) => text)).toContain(sent.at(-1));
    }, SOON);

    expect(await running.events(account.accountId, 'undecryptable')).toEqual([]);
    const journal = await running.sandbox.journal();
    expect(journal.filter(({ kind }) => kind === 'message_unreadable')).toEqual([]);
    expect(journal.filter((entry) => entry['type'] === 'retry')).toEqual([]);
  });
});
