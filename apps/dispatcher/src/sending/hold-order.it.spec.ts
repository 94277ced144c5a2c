import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { failAndRefund, inTransaction, lockBalances } from '@waypost/persistence';
import { createTestDatabase, eventually, natsUrl, type TestDatabase } from '@waypost/testkit';
import fc from 'fast-check';
import { HeldSweep } from '../releasing/held-sweep.js';
import { SessionOwner } from '../testing/session-owner.js';
import { startDispatcher, type RunningDispatcher } from '../testing/start-dispatcher.js';
import { TestAccount } from '../testing/test-account.js';
import { receive } from '../testing/test-chat.js';
import { failure } from './message-outcome.js';

const CHATS = 3;
const FILE = '018f0000-0000-7000-8000-000000000001';

/** What happens to one account; `nth` picks one of the messages that wait for their file, or of those that are queued. */
type Step =
  | { do: 'accept'; chat: number; file: boolean; count: number }
  | { do: 'decide'; nth: number; usable: boolean }
  | { do: 'expire'; nth: number }
  | { do: 'lock'; forMs: number }
  | { do: 'hear'; chat: number }
  | { do: 'sweep' };

const chat = fc.nat(CHATS - 1);
const nth = fc.nat(1_000);
const one = <K extends Step['do']>(what: K) => fc.constant(what);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: one('accept'),
      chat,
      file: fc.boolean(),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: one('decide'), nth, usable: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: one('expire'), nth }) },
  { weight: 3, arbitrary: fc.record({ do: one('lock'), forMs: fc.constantFrom(20, 60, 3_600_000) }) },
  { weight: 1, arbitrary: fc.record({ do: one('hear'), chat }) },
  { weight: 4, arbitrary: fc.record({ do: one('sweep') }) },
);
/** The steps of one group happen at the same time. */
const history = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 10 });

let database: TestDatabase;
let owner: SessionOwner;
let dispatchers: RunningDispatcher[];

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await new SessionOwner(natsUrl()).start();
  const start = () => startDispatcher(database.url, { sendPaceMinMs: 20, sendPaceMaxMs: 40 });
  dispatchers = [await start(), await start()];
});
afterAll(async () => {
  await Promise.all((dispatchers ?? []).map((dispatcher) => dispatcher.close()));
  await owner?.stop();
  await database?.drop();
});

const sweep = () => dispatchers[0]!.get(HeldSweep).sweep();

/** An account with two people who never wrote and a group; and all that may happen to it. */
class Scene {
  accepted = 0;

  private constructor(
    readonly account: TestAccount,
    readonly chats: string[],
  ) {}

  static async create(): Promise<Scene> {
    const account = await (await TestAccount.create(database.pool)).leaseTo(owner.pod);
    await database.pool.query(
      `insert into file (id, workspace_id, url, state, kind, mime_type) values ($1, $2, 'http://x/', 'stored', 'image', 'image/png')
       on conflict do nothing`,
      [FILE, account.workspaceId],
    );
    const chats = [await account.chat(), await account.chat(), await account.chat({ jid: '12036302@g.us' })];
    return new Scene(account, chats);
  }

  async take(step: Step): Promise<unknown> {
    switch (step.do) {
      case 'accept':
        return this.account.queue(
          Array.from({ length: step.count }, () => `message ${this.accepted++}`),
          {
            chat: this.chats[step.chat]!,
            ...(step.file && { hold: 'file', file: { id: FILE, name: 'cat.png' } }),
          },
        );
      case 'decide':
        return this.decide(step.nth, step.usable);
      case 'expire': {
        const message = await this.pick(`true`, step.nth);
        return database.pool.query(`update message set expires_at = now() where id = $1`, [message?.id]);
      }
      case 'lock':
        return this.account.lockNewChats(step.forMs);
      case 'hear':
        return receive(database.pool, this.account, this.chats[step.chat]!);
      case 'sweep':
        return sweep();
    }
  }

  /** As the settle of a fetch does. @returns whether there was one to decide about */
  async decide(nth: number, usable: boolean): Promise<boolean> {
    const message = await this.pick(`hold = 'file'`, nth);
    if (!message) return false;
    await inTransaction(database.pool, async (tx) => {
      await lockBalances(tx, [this.account.workspaceId]);
      if (usable) {
        await tx.query(
          `update message set hold = 'behind' where id = $1 and hold = 'file' and state = 'queued'`,
          [message.id],
        );
      } else {
        const one = { id: message.id, workspaceId: this.account.workspaceId };
        await failAndRefund(tx, [failure(one, 'file_empty', 'The file is empty')]);
      }
      await tx.query(`select message_release(array[$1::bigint])`, [message.chat]);
    });
    return true;
  }

  private async pick(where: string, nth: number): Promise<{ id: string; chat: string } | undefined> {
    const { rows } = await database.pool.query(
      `select id, chat_id as chat from message where account_id = $1 and state = 'queued' and ${where} order by message_at, id`,
      [this.account.id],
    );
    return rows[nth % rows.length];
  }

  async settle(): Promise<void> {
    while (await this.decide(0, true));
    await this.account.lockNewChats(-1);
    await eventually(
      async () => {
        await sweep();
        const states = await this.account.states();
        return states.every((state) => state === 'sent' || state === 'failed');
      },
      { withinMs: 20_000 },
    );
  }

  /** What should have been sent to a chat: what was accepted and has not failed, in order. */
  async expected(chat: string): Promise<string[]> {
    const { rows } = await database.pool.query(
      `select text from message where chat_id = $1 and direction = 'sent' and state = 'sent' order by message_at, id`,
      [chat],
    );
    return rows.map(({ text }) => text);
  }

  async sentTo(chat: string): Promise<string[]> {
    const { rows } = await database.pool.query(`select id from message where chat_id = $1`, [chat]);
    const ids = new Set(rows.map(({ id }) => id));
    return owner
      .of(this.account.id)
      .filter(({ request }) => ids.has(request.messageId))
      .map(({ request }) => request.text);
  }
}

it('within a chat messages leave in the order of acceptance, whatever is held, decided, locked or expires when', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (groups) => {
      const scene = await Scene.create();
      for (const group of groups) await Promise.all(group.map((one) => scene.take(one)));
      await scene.settle();
      for (const chat of scene.chats) expect(await scene.sentTo(chat)).toEqual(await scene.expected(chat));
      const states = await scene.account.states();
      expect(states).toHaveLength(scene.accepted);
      if (scene.accepted === 0) return;
      const refunds = states.filter((state) => state === 'failed').length;
      expect(await scene.account.ledger()).toEqual({ balance: refunds, sum: refunds, refunds });
    }),
    { numRuns: 15, endOnFailure: true },
  );
}, 120_000);
