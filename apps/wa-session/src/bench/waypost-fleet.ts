import { podSubject, SendReply, subjects } from '@waypost/contracts';
import { newWaKeyId, phoneToJid } from '@waypost/kernel';
import type { Messenger } from '@waypost/messaging';
import { SecretBox } from '@waypost/persistence';
import { eventually, ServiceProcess, type TestDatabase } from '@waypost/testkit';
import { BufferJSON } from '@whiskeysockets/baileys';
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { AccountStore } from '../unit-of-work/account-store.js';
import { KeyCache } from '../unit-of-work/key-cache.js';
import { PostgresUnits } from '../unit-of-work/postgres-units.js';
import { UnitCommitter } from '../unit-of-work/unit-committer.js';
import { KeyStore } from '../whatsapp/key-store.js';
import type { LinkedState } from './bare-state.js';
import type { Fleet } from './fleet.js';
import { usageOf } from './process-usage.js';

const POD = 'bench';
const IMPORTER = 'importer';
const CONNECT_MS = 150_000;
const SETTLE_MS = 3_000;
const SEND_DEADLINE_MS = 15_000;
const ENCRYPTION_KEYS = `1:${randomBytes(32).toString('base64')}`;

interface HeldAccount {
  accountId: string;
  contact: string;
  owner: string;
  epoch: number;
}

export interface WaypostNetwork {
  database: TestDatabase;
  messenger: Messenger;
  natsUrl: string;
  webSocketUrl: string;
}

/** wa-session as it is in production, in a process of its own, with a real database and NATS. */
export class WaypostFleet implements Fleet {
  private constructor(
    private readonly network: WaypostNetwork,
    private readonly pod: ServiceProcess,
    readonly connectMs: number,
    readonly emptyMb: number,
    private readonly accounts: HeldAccount[],
  ) {}

  /** Starts the service and waits until all accounts of the database are connected. */
  static async start(
    network: WaypostNetwork,
    contacts: Map<string, string>,
    emptyMb: number,
  ): Promise<WaypostFleet> {
    const { pool } = network.database;
    const startedAt = performance.now();
    const pod = await startPod(network);
    await eventually(
      async () => {
        const { rows } = await pool.query(`select count(*)::int from account where state <> 'connected'`);
        return rows[0].count === 0;
      },
      { withinMs: CONNECT_MS, everyMs: 50 },
    );
    const connectMs = performance.now() - startedAt;
    const { rows } = await pool.query<{ account_id: string; owner: string; epoch: number }>(
      'select account_id, owner, epoch::int from session_lease',
    );
    const accounts = rows.map(({ account_id, owner, epoch }) => ({
      accountId: account_id,
      contact: contacts.get(account_id)!,
      owner,
      epoch,
    }));
    return new WaypostFleet(network, pod, connectMs, emptyMb, accounts);
  }

  get pid(): number {
    return this.pod.pid!;
  }

  async send(forMs: number): Promise<number> {
    const until = performance.now() + forMs;
    let acknowledged = 0;
    await Promise.all(
      this.accounts.map(async (account) => {
        do {
          if (await this.sendOne(account)) acknowledged++;
        } while (performance.now() < until);
      }),
    );
    return acknowledged;
  }

  async received(): Promise<number> {
    const { rows } = await this.network.database.pool.query(
      `select count(*)::int from wa_event where plaintext is not null`,
    );
    return rows[0].count;
  }

  /** What the service says about itself. */
  async metrics(): Promise<string> {
    return (await fetch(`${this.pod.url}/metrics`)).text();
  }

  async stop(): Promise<void> {
    await this.pod.kill('SIGTERM');
  }

  private async sendOne({ accountId, contact, owner, epoch }: HeldAccount): Promise<boolean> {
    const keyId = newWaKeyId();
    const reply = await this.network.messenger.request(
      podSubject(subjects.send, owner),
      {
        messageId: randomUUID(),
        accountId,
        epoch,
        keyId,
        recipientJid: phoneToJid(contact),
        text: `Good morning, your order ${keyId} is ready`,
        deadlineAt: Date.now() + SEND_DEADLINE_MS,
      },
      SendReply,
      SEND_DEADLINE_MS + 2_000,
    );
    return reply.outcome === 'acked';
  }
}

/** Resident memory of the service without any account, in megabytes. */
export async function emptyServiceMb(network: WaypostNetwork): Promise<number> {
  const pod = await startPod(network);
  await wait(SETTLE_MS);
  const { residentMb } = await usageOf(pod.pid!);
  await pod.kill('SIGTERM');
  return residentMb;
}

function startPod({ database, natsUrl, webSocketUrl }: WaypostNetwork): Promise<ServiceProcess> {
  return ServiceProcess.start('wa-session', {
    DATABASE_URL: database.url,
    NATS_URL: natsUrl,
    POD_NAME: POD,
    ENCRYPTION_KEYS,
    SANDBOX_WS_URL: webSocketUrl,
    MAX_SESSIONS: '2000',
  });
}

/** Makes linked accounts of what bare Baileys linked. @returns their contacts by account */
export async function importAccounts(
  { pool }: TestDatabase,
  states: LinkedState[],
): Promise<Map<string, string>> {
  const units = new PostgresUnits(pool, new SecretBox(ENCRYPTION_KEYS), IMPORTER);
  const committer = new UnitCommitter(units, {
    committed: () => undefined,
    fenced: () => undefined,
    failed: (error) => process.stderr.write(`${String(error)}\n`),
    refused: () => undefined,
  });
  const cache = new KeyCache(1_000_000);
  const [workspaceId, memberId] = [randomUUID(), randomUUID()];
  await pool.query(`insert into workspace (id, name) values ($1, 'Bench')`, [workspaceId]);
  await pool.query(
    `insert into member (id, workspace_id, email, full_name, role) values ($1, $2, $3, 'Bench', 'owner')`,
    [memberId, workspaceId, `${memberId}@bench.example`],
  );
  const contacts = new Map<string, string>();
  for (const { contact, creds, keys } of states) {
    const accountId = randomUUID();
    contacts.set(accountId, contact);
    await pool.query(
      `insert into session_lease (account_id, owner, epoch, expires_at) values ($1, $2, 1, '-infinity')`,
      [accountId, IMPORTER],
    );
    const store = new AccountStore(accountId, 1, units, committer, {
      cache: cache.view(),
      onLeaseLost: () => undefined,
      onRefused: () => undefined,
    });
    new KeyStore(store).note(keys);
    store.setCreds(Buffer.from(JSON.stringify(creds, BufferJSON.replacer)));
    await store.commit();
    await pool.query(
      `insert into account (id, workspace_id, owner_member_id, network, state) values ($1, $2, $3, 'sandbox', 'connecting')`,
      [accountId, workspaceId, memberId],
    );
  }
  return contacts;
}
