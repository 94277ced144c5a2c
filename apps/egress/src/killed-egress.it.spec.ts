import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newWaKeyId } from '@waypost/kernel';
import { migrate } from '@waypost/persistence';
import {
  CuttingProxy,
  eventually,
  natsUrl,
  OwnPostgres,
  ServiceProcess,
  WebhookReceiver,
  type TestDatabase,
} from '@waypost/testkit';
import { ENCRYPTION_KEYS, TestWorkspace } from './testing/test-workspace.js';

/** Twenty are for whoever changes what they put to the test: KILL_ROUNDS=20. */
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 8);
/** In these rounds NATS is away, all connections to Postgres are cut, or Postgres itself dies. */
const WITHOUT_NATS = [2, 3, 12];
const CUT_FROM_POSTGRES = [1, 6, 15];
const WITHOUT_POSTGRES = [4, 13];
const CHATS = 4;
const WRITE_EVERY_MS = 60;

let postgres: OwnPostgres;
let db: TestDatabase;
let nats: CuttingProxy;

beforeAll(async () => {
  postgres = await OwnPostgres.start();
  await migrate(postgres.url);
  db = postgres.database();
  nats = await CuttingProxy.start(natsUrl());
});
afterAll(async () => {
  await nats?.stop();
  await db?.drop();
});

/** A workspace with a receiver, where numbered messages keep coming to some chats of two accounts. */
class Customer {
  readonly expected = new Map<string, number>();

  private constructor(
    readonly workspace: TestWorkspace,
    readonly receiver: WebhookReceiver,
    private readonly accounts: string[],
  ) {}

  static async start(granularityHours: number): Promise<Customer> {
    const receiver = await new WebhookReceiver().start();
    const workspace = await TestWorkspace.create(db.pool, receiver.url);
    await workspace.setEndpoint({ granularity_hours: granularityHours });
    return new Customer(workspace, receiver, [workspace.accountId, await workspace.addAccount()]);
  }

  async happen(): Promise<void> {
    const account = Math.floor(Math.random() * this.accounts.length);
    const chat = Math.floor(Math.random() * CHATS);
    const name = `${account}/${chat}`;
    const number = this.expected.get(name) ?? 0;
    this.expected.set(name, number + 1);
    const event = {
      keyId: newWaKeyId(),
      chatJid: `4930000000${chat}@s.whatsapp.net`,
      text: `${name} ${number}`,
    };
    // Until Postgres has it, as wa-session does: the one before it in the chat comes first.
    await eventually(
      async () => {
        await this.workspace.happened('message', event, this.accounts[account]);
        return true;
      },
      { withinMs: 60_000, everyMs: 100 },
    );
  }

  get total(): number {
    return [...this.expected.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The webhook ids of all requests with a message, by message, in the order of first arrival. */
  arrivals(): Map<string, Set<string>> {
    const ids = new Map<string, Set<string>>();
    for (const { headers, json } of this.receiver.requests) {
      const { message, messages = [message!] } = json as {
        message?: { text: string };
        messages?: { text: string }[];
      };
      for (const { text } of messages)
        ids.set(text, (ids.get(text) ?? new Set()).add(headers['webhook-id'] as string));
    }
    return ids;
  }

  check(): void {
    const arrivals = this.arrivals();
    const byChat = new Map<string, number[]>();
    for (const text of arrivals.keys()) {
      const [name, number] = text.split(' ') as [string, string];
      byChat.set(name, [...(byChat.get(name) ?? []), Number(number)]);
    }
    for (const [name, count] of this.expected)
      expect([name, byChat.get(name)]).toEqual([name, Array.from({ length: count }, (_, number) => number)]);
    // Duplicates carry the same id, and no message is in two bundles.
    for (const ids of arrivals.values()) expect(ids.size).toBe(1);
  }
}

async function cutFromPostgres(): Promise<void> {
  await db.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'waypost-egress'`,
  );
}

it('egress that is killed again and again loses no message, breaks no order, and puts none into two bundles', async () => {
  const env = {
    DATABASE_URL: db.url,
    NATS_URL: nats.url,
    CONSOLE_PUBLIC_URL: 'https://console.example',
    ENCRYPTION_KEYS,
    OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
    OUTBOUND_TIMEOUT_MS: '1000',
    OUTBOUND_BACKOFF_MS: '200',
  };
  const customers = [await Customer.start(0), await Customer.start(1)];
  const pods = [await ServiceProcess.start('egress', env), await ServiceProcess.start('egress', env)];
  let writing = true;
  const writer = (async () => {
    while (writing) {
      await Promise.all(customers.map((customer) => customer.happen()));
      if (Math.random() < 0.1) await customers[1]!.workspace.endWindows().catch(() => undefined);
      await wait(WRITE_EVERY_MS);
    }
  })();
  try {
    for (let round = 0; round < ROUNDS; round++) {
      if (WITHOUT_NATS.includes(round)) nats.down();
      if (CUT_FROM_POSTGRES.includes(round)) await cutFromPostgres();
      if (WITHOUT_POSTGRES.includes(round)) await postgres.crashAndRecover();
      const pod = pods[round % pods.length]!;
      await wait(Math.random() * 300);
      await pod.kill('SIGKILL');
      nats.up();
      await pod.start();
    }
    writing = false;
    await writer;
    await eventually(
      async () => {
        await customers[1]!.workspace.endWindows();
        for (const customer of customers) expect(customer.arrivals().size).toBe(customer.total);
      },
      { withinMs: 90_000, everyMs: 500 },
    );
  } finally {
    writing = false;
    await writer.catch(() => undefined);
    await Promise.all(pods.map((pod) => pod.kill('SIGTERM')));
    await Promise.all(customers.map(({ receiver }) => receiver.stop()));
  }
  for (const customer of customers) customer.check();
  expect(customers[0]!.total).toBeGreaterThan(ROUNDS);
}, 600_000);
