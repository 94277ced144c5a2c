import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  createTestDatabase,
  eventually,
  natsUrl,
  ServiceProcess,
  WebhookReceiver,
  type TestDatabase,
} from '@waypost/testkit';
import { ENCRYPTION_KEYS, TestWorkspace } from './testing/test-workspace.js';

const CHATS = 20;
const PER_CHAT = 8;
/** The worst: each line break has 2 bytes in JSON, and 5 in HTML. */
const TEXT = '\n'.repeat(65_000);
/** Of the pod, in k8s/waypost/values.yaml. */
const LIMIT_MB = 512;

let db: TestDatabase;
let receiver: WebhookReceiver;

beforeAll(async () => {
  db = await createTestDatabase();
  receiver = await new WebhookReceiver().start();
});
afterAll(async () => {
  await receiver?.stop();
  await db?.drop();
});

async function peakMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) / 1_024;
}

it('egress stays within its memory while many large bundles are filled, closed and delivered at once', async () => {
  const workspace = await TestWorkspace.create(db.pool, receiver.url);
  await workspace.setEndpoint({ granularity_hours: 1 });
  let delivered = 0;
  receiver.answer(({ json }) => {
    delivered += (json as { messages: unknown[] }).messages.length;
    // What came is of no more interest, and would fill the memory of this process.
    receiver.requests.length = 0;
    return {};
  });
  const egress = await ServiceProcess.start('egress', {
    DATABASE_URL: db.url,
    NATS_URL: natsUrl(),
    CONSOLE_PUBLIC_URL: 'https://console.example',
    ENCRYPTION_KEYS,
    OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
  });
  try {
    for (let number = 0; number < PER_CHAT; number++) {
      await workspace.happenedTogether(
        Array.from({ length: CHATS }, (_, chat) => {
          const chatJid = `4930${String(chat).padStart(7, '0')}@s.whatsapp.net`;
          return ['message', { chatJid, senderJid: chatJid, text: TEXT }];
        }),
      );
    }
    await eventually(async () => expect(await workspace.waiting()).toBe(0), {
      withinMs: 60_000,
      everyMs: 200,
    });
    await workspace.endWindows();
    await eventually(() => expect(delivered).toBe(CHATS * PER_CHAT), { withinMs: 60_000, everyMs: 200 });
    await eventually(
      async () => {
        const { rows } = await db.pool.query('select distinct state from delivery where workspace_id = $1', [
          workspace.id,
        ]);
        expect(rows).toEqual([{ state: 'delivered' }]);
      },
      { withinMs: 20_000, everyMs: 500 },
    );
    expect(await peakMb(egress.pid!)).toBeLessThan(LIMIT_MB);
  } finally {
    await egress.kill('SIGTERM');
  }
}, 180_000);
