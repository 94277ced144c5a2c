import { connect } from '@nats-io/transport-node';
import { podSubject, SendReply, subjects, workspaceChangedSubject } from '@waypost/contracts';
import { newWaKeyId, phoneToJid } from '@waypost/kernel';
import { Messenger } from '@waypost/messaging';
import { createTestDatabase, eventually, OwnNats, ServiceProcess, type TestDatabase } from '@waypost/testkit';
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { SandboxApi } from './sandbox-api.js';

const SOON = { withinMs: 40_000, everyMs: 50 };
const SEND_MS = 8_000;

export interface LinkedAccount {
  accountId: string;
  phone: string;
}

export interface SessionsUnderTestOptions {
  /** Names of the pods, which all start. Default: one. */
  pods?: string[];
  /** Settings of the pods besides those that connect them. */
  settings?: Record<string, string>;
  /** Where the pods find Postgres, when not at the test database's own address. */
  databaseUrl?: (database: TestDatabase) => Promise<string>;
  /** Instead of a database on the server that all tests share. */
  database?: TestDatabase;
}

/** wa-session as it runs in production, in processes of its own, over a sandbox and a database of the test's own. */
export class SessionsUnderTest {
  private constructor(
    readonly database: TestDatabase,
    readonly sandbox: SandboxApi,
    private readonly nats: OwnNats,
    private readonly messenger: Messenger,
    private readonly sandboxProcess: ServiceProcess,
    private readonly pods: Map<string, ServiceProcess>,
  ) {}

  static async start(options: SessionsUnderTestOptions = {}): Promise<SessionsUnderTest> {
    const database = options.database ?? (await createTestDatabase());
    const nats = await OwnNats.start();
    const sandboxProcess = await ServiceProcess.start('sandbox', {});
    const sandbox = new SandboxApi(sandboxProcess.url);
    const databaseUrl = (await options.databaseUrl?.(database)) ?? database.url;
    const keys = `1:${randomBytes(32).toString('base64')}`;
    const pods = new Map<string, ServiceProcess>();
    for (const name of options.pods ?? ['pod-a']) {
      pods.set(
        name,
        await ServiceProcess.start('wa-session', {
          DATABASE_URL: databaseUrl,
          NATS_URL: nats.url,
          POD_NAME: name,
          ENCRYPTION_KEYS: keys,
          SANDBOX_WS_URL: sandbox.webSocketUrl,
          LEASE_TTL_MS: '6000',
          ...options.settings,
        }),
      );
    }
    const messenger = new Messenger(nats.url, 'test');
    return new SessionsUnderTest(database, sandbox, nats, messenger, sandboxProcess, pods);
  }

  async stop(): Promise<void> {
    await this.messenger.close();
    for (const pod of this.pods.values()) {
      pod.signal('SIGCONT');
      await pod.kill('SIGTERM');
    }
    await this.sandboxProcess.kill('SIGTERM');
    await this.nats.stop();
    await this.database.drop();
  }

  pod(name = 'pod-a'): ServiceProcess {
    const pod = this.pods.get(name);
    if (!pod) throw new Error(`there is no pod ${name}`);
    return pod;
  }

  /** What a pod says about itself. */
  async metrics(podName = 'pod-a'): Promise<string> {
    return (await fetch(`${this.pod(podName).url}/metrics`)).text();
  }

  /** A number that nobody has. */
  newPhone(): string {
    return `+49155${randomInt(10_000_000, 99_999_999)}`;
  }

  /** Tells the pods that somebody wants something. */
  hintAccounts(): void {
    this.messenger.hint(subjects.accountsChanged);
  }

  /** What those are told from now on who show the account's workspace to people. */
  async changesOf(accountId: string): Promise<{ told: string[]; stop(): Promise<void> }> {
    const workspaceId = await this.value<string>('select workspace_id as value from account where id = $1', [
      accountId,
    ]);
    const told: string[] = [];
    const connection = await connect({ servers: this.nats.url });
    connection.subscribe(workspaceChangedSubject(workspaceId!), {
      callback: (_error, message) => void told.push(message.string()),
    });
    await connection.flush();
    return { told, stop: () => connection.close() };
  }

  /** An account that nobody has linked yet. */
  async newAccount(): Promise<string> {
    const [workspaceId, memberId, accountId] = [randomUUID(), randomUUID(), randomUUID()];
    const { pool } = this.database;
    await pool.query(`insert into workspace (id, name) values ($1, 'Shop')`, [workspaceId]);
    await pool.query(
      `insert into member (id, workspace_id, email, full_name, role) values ($1, $2, $3, 'Amina', 'owner')`,
      [memberId, workspaceId, `${memberId}@shop.example`],
    );
    await pool.query(
      `insert into account (id, workspace_id, owner_member_id, network) values ($1, $2, $3, 'sandbox')`,
      [accountId, workspaceId, memberId],
    );
    return accountId;
  }

  /** An account that is linked and connected. */
  async linkedAccount(): Promise<LinkedAccount> {
    const accountId = await this.newAccount();
    await this.database.pool.query(
      `insert into account_pairing (account_id, method, state) values ($1, 'qr', 'requested')`,
      [accountId],
    );
    this.hintAccounts();
    const phone = this.newPhone();
    const qr = await eventually(
      () => this.value<string>('select qr as value from account_pairing where account_id = $1', [accountId]),
      SOON,
    );
    await this.sandbox.scan(qr, phone);
    await this.reaches(accountId, 'connected');
    return { accountId, phone };
  }

  async reaches(accountId: string, state: string): Promise<void> {
    await eventually(async () => {
      if ((await this.stateOf(accountId)) !== state) throw new Error(`not ${state} yet`);
    }, SOON);
  }

  stateOf(accountId: string): Promise<string | null> {
    return this.value<string>('select state as value from account where id = $1', [accountId]);
  }

  /** When its connection opened last, to be compared. */
  connectedAt(accountId: string): Promise<string | null> {
    return this.value<string>('select connected_at::text as value from account where id = $1', [accountId]);
  }

  async connectsAgain(accountId: string, before: string | null): Promise<void> {
    await eventually(async () => {
      if ((await this.connectedAt(accountId)) === before) throw new Error('not connected again yet');
    }, SOON);
  }

  /** Kills the pod, starts it again, and waits until it holds the account's connection anew. */
  async crashAndRecover(accountId: string, podName = 'pod-a'): Promise<void> {
    const before = await this.connectedAt(accountId);
    await this.pod(podName).kill('SIGKILL');
    await this.pod(podName).start();
    await this.connectsAgain(accountId, before);
  }

  /** @returns the pod that holds it, the very process of it, and the epoch */
  async leaseOf(accountId: string): Promise<{ owner: string; process: string; epoch: number }> {
    const { rows } = await this.database.pool.query(
      `select split_part(owner, '_', 1) as owner, owner as process, epoch::int from session_lease where account_id = $1`,
      [accountId],
    );
    return rows[0];
  }

  /** Asks the pod that holds the account to send. */
  async send(accountId: string, to: string, text: string, keyId = newWaKeyId()): Promise<SendReply> {
    const { process, epoch } = await this.leaseOf(accountId);
    return this.messenger.request(
      podSubject(subjects.send, process),
      {
        messageId: randomUUID(),
        accountId,
        epoch,
        keyId,
        recipientJid: to.includes('@') ? to : phoneToJid(to),
        text,
        deadlineAt: Date.now() + SEND_MS,
      },
      SendReply,
      SEND_MS + 2_000,
    );
  }

  /** Events of one kind, oldest first. */
  async events(accountId: string, kind: string): Promise<Array<Record<string, unknown>>> {
    const { rows } = await this.database.pool.query<{ event: Record<string, unknown> }>(
      'select event from wa_event where account_id = $1 and kind = $2 order by id',
      [accountId, kind],
    );
    return rows.map(({ event }) => event);
  }

  /** Texts of the account's messages, oldest first. */
  async texts(accountId: string): Promise<unknown[]> {
    return (await this.events(accountId, 'message')).map(({ text }) => text);
  }

  /** Keeps pods from writing to a table until it is ended; what waits then comes to nothing. */
  async holdWrites(table: string): Promise<{ isReached(): Promise<void>; end(): Promise<void> }> {
    const client = await this.database.pool.connect();
    await client.query(`begin; lock table ${table} in share mode`);
    const waiting = 'from pg_locks where not granted and relation = $1::regclass';
    return {
      isReached: () =>
        eventually(async () => {
          if (!(await this.value(`select true as value ${waiting}`, [table])))
            throw new Error('nobody writes');
        }, SOON),
      end: async () => {
        await client.query(`select pg_terminate_backend(pid) ${waiting}`, [table]);
        await client.query('rollback');
        client.release();
      },
    };
  }

  /** The column `value` of the first row. */
  async value<T>(text: string, values: unknown[]): Promise<T | null> {
    const { rows } = await this.database.pool.query<{ value: T | null }>(text, values);
    return rows[0]?.value ?? null;
  }
}
