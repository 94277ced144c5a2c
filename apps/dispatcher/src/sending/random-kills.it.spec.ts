import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { publicMessageId } from '@waypost/kernel';
import { createTestDatabase, eventually, natsUrl, ServiceProcess, type TestDatabase } from '@waypost/testkit';
import { SessionOwner } from '../testing/session-owner.js';
import { Traffic } from '../testing/traffic.js';

/** Twenty are for whoever changes what they put to the test: KILL_ROUNDS=20. */
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 6);
const PACE = { minMs: 60, maxMs: 90 };
const OWN_PACE = { minMs: 150, maxMs: 200 };
const ROUNDING_MS = 2;
/** Most messages that are accepted and not sent. */
const BACKLOG = 60;
const CREDITS = 100_000;
const REFUSED = /[37]$/;

let database: TestDatabase;
let owner: SessionOwner;
let services: { name: string; process: ServiceProcess }[];

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await new SessionOwner(natsUrl()).start();
  const env = {
    DATABASE_URL: database.url,
    NATS_URL: natsUrl(),
    DATABASE_POOL_SIZE: '4',
    SEND_PACE_MIN_MS: String(PACE.minMs),
    SEND_PACE_MAX_MS: String(PACE.maxMs),
    SEND_TIMEOUT_MS: '1500',
  };
  services = [];
  for (const name of ['ingress', 'dispatcher', 'ingress', 'dispatcher']) {
    services.push({ name, process: await ServiceProcess.start(name, env) });
  }
}, 120_000);
afterAll(async () => {
  await Promise.all((services ?? []).map(({ process }) => process.kill('SIGKILL')));
  await owner?.stop();
  await database?.drop();
});

const query = async (text: string, values: unknown[]) => (await database.pool.query(text, values)).rows;
const pause = () => wait(2 + Math.random() * 25);

it('kills of ingress and dispatcher under load lose, double or overtake no message, and break neither ledger nor pace', async () => {
  owner.answer(async ({ text }) => {
    await pause();
    if (REFUSED.test(text)) return { outcome: 'rejected', code: '479' };
    return { outcome: Math.random() < 0.05 ? 'unknown' : 'acked' };
  });
  const paces = Array.from({ length: 6 }, (_, index) => (index === 0 ? OWN_PACE : undefined));
  const traffic = await Traffic.create(database.pool, owner.pod, CREDITS, paces);
  traffic.start(
    services.filter(({ name }) => name === 'ingress').map(({ process }) => process),
    () => traffic.accepted.size < new Set(owner.sends.map(({ request }) => request.keyId)).size + BACKLOG,
  );

  try {
    await killAtRandom(traffic);
  } finally {
    await traffic.stop();
  }
  await eventually(
    async () => {
      const [{ open }] = await query(
        `select count(*)::integer as open from message where workspace_id = $1 and state in ('queued', 'sending')`,
        [traffic.workspaceId],
      );
      if (open > 0) throw new Error(`${open} messages are neither sent nor failed`);
    },
    { withinMs: 120_000, everyMs: 200 },
  );

  expect(traffic.refusals).toEqual([]);
  await expectEachOnceInOrder(traffic);
  await expectLedger(traffic);
  expectPaced(traffic);
}, 600_000);

/** Each kill comes somewhere in the middle of what goes on; the killed one starts again while the others work. */
async function killAtRandom({ accepted, refusals }: Traffic): Promise<void> {
  const starting = new Map<ServiceProcess, Promise<void>>();
  try {
    for (let round = 0; round < ROUNDS;) {
      const before = { accepted: accepted.size, sent: owner.sends.length };
      const more = 3 + Math.random() * 20;
      await eventually(
        () => {
          if (accepted.size > before.accepted + more || owner.sends.length > before.sent + more) return;
          throw new Error(
            `round ${round}: ${accepted.size} accepted, ${owner.sends.length} sent; refused: ${refusals[0]}`,
          );
        },
        { withinMs: 120_000, everyMs: 1 },
      );
      // One of each kind goes on.
      const up = services.filter(({ process }) => !starting.has(process));
      const spare = up.filter(({ name }) => up.filter((other) => other.name === name).length > 1);
      const killed = spare[Math.floor(Math.random() * spare.length)]?.process;
      if (!killed) {
        await Promise.race(starting.values());
        continue;
      }
      round++;
      await killed.kill('SIGKILL');
      starting.set(
        killed,
        killed.start().finally(() => starting.delete(killed)),
      );
    }
  } finally {
    await Promise.allSettled(starting.values());
  }
}

/** All that was accepted was sent, and nothing else; each under its own id, in the order of acceptance. */
async function expectEachOnceInOrder({ workspaceId, accepted, accounts }: Traffic): Promise<void> {
  const messages = await query(
    `select account_id as account, chat_id as chat, id, key_id as "keyId", text, state from message
     where workspace_id = $1 order by message_at, id`,
    [workspaceId],
  );
  const ids = new Set(messages.map(({ keyId }) => publicMessageId(keyId)));
  expect([...ids].sort()).toEqual([...accepted].sort());
  expect(new Set(messages.map(({ text }) => text)).size).toBe(messages.length);
  for (const { text, state } of messages) expect(state).toBe(REFUSED.test(text) ? 'failed' : 'sent');

  for (const { id } of accounts) {
    const sends = owner.of(id).map(({ request }) => request);
    const first = sends.filter((send, index) => send.messageId !== sends[index - 1]?.messageId);
    const expected = messages.filter(({ account }) => account === id);
    expect(first.map(({ messageId, keyId, text }) => ({ messageId, keyId, text }))).toEqual(
      expected.map((message) => ({ messageId: message.id, keyId: message.keyId, text: message.text })),
    );
  }
}

/** One charge per message, one refund per failed one, and a running balance that is the sum all the way. */
async function expectLedger({ workspaceId }: Traffic): Promise<void> {
  const entries = await query(
    `select delta, balance, reason, message_id from credit_entry where workspace_id = $1 order by id`,
    [workspaceId],
  );
  let sum = 0;
  for (const { delta, balance } of entries) expect(balance).toBe((sum += delta));
  const [{ balance, messages, failed }] = await query(
    `select b.balance, count(*)::integer as messages, count(*) filter (where m.state = 'failed')::integer as failed
     from credit_balance b join message m using (workspace_id) where workspace_id = $1 group by b.balance`,
    [workspaceId],
  );
  expect(balance).toBe(sum);
  expect(balance).toBe(CREDITS - messages + failed);
  const count = (reason: string) => entries.filter((entry) => entry.reason === reason).length;
  expect({ charges: count('charge'), refunds: count('refund') }).toEqual({
    charges: messages,
    refunds: failed,
  });
}

function expectPaced({ accounts }: Traffic): void {
  for (const { id, pace = PACE } of accounts) {
    const sends = owner.of(id);
    const gaps = sends.slice(1).map(({ at }, index) => at - (sends[index]!.endedAt ?? sends[index]!.at));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(pace.minMs - ROUNDING_MS);
  }
}
