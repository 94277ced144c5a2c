import { randomBytes, randomUUID } from 'node:crypto';
import type { Abstract, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  createWorkspace,
  Database,
  hashPassword,
  issueApiToken,
  MemberEntity,
  type Transaction,
} from '@waypost/persistence';
import { uuidv7 } from '@waypost/kernel';
import { startService } from '@waypost/platform';
import { createTestDatabase, natsUrl, type TestDatabase } from '@waypost/testkit';
import { ConsoleConfig } from '../console.config.js';
import { consoleService } from '../console-service.js';

export const PASSWORD = 'correct horse battery staple';

export interface Person {
  memberId: string;
  email: string;
  token: string;
}

export interface TestWorkspace {
  id: string;
  owner: Person;
  teammate: Person;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each test knows its answer
  body: any;
}

export interface Call {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** The console as it runs, on a database of its own and a port of its own. */
export class ConsoleUnderTest {
  private passwordHash = hashPassword(PASSWORD);

  private constructor(
    readonly url: string,
    readonly config: ConsoleConfig,
    readonly postgres: TestDatabase,
    private readonly app: NestFastifyApplication,
    private readonly database: Database,
  ) {}

  /** `reach` may change the URL by which the console, and only it, reaches the database. */
  static async start(
    settings: Partial<ConsoleConfig> = {},
    reach = (url: string) => url,
  ): Promise<ConsoleUnderTest> {
    const postgres = await createTestDatabase();
    const config = Object.assign(new ConsoleConfig(), {
      port: 0,
      logLevel: 'silent',
      databaseUrl: reach(postgres.url),
      databasePoolSize: 5,
      natsUrl: natsUrl(),
      consolePublicUrl: 'http://console.example',
      ingressPublicUrl: 'https://in.example',
      encryptionKeys: `1:${randomBytes(32).toString('base64')}`,
      ...settings,
    });
    const app = await startService(consoleService, config);
    const database = await Database.open({ url: postgres.url, applicationName: 'test', poolSize: 2 });
    return new ConsoleUnderTest(await app.getUrl(), config, postgres, app, database);
  }

  /** Another process of the same console, on the same database. Stop it before this one. */
  async replica(settings: Partial<ConsoleConfig> = {}): Promise<{ url: string; stop(): Promise<void> }> {
    const config = Object.assign(new ConsoleConfig(), this.config, settings);
    const app = await startService(consoleService, config);
    return { url: await app.getUrl(), stop: () => app.close() };
  }

  /** A part of the running console. */
  get<T>(part: Type<T> | Abstract<T>): T {
    return this.app.get(part);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.database.close();
    await this.postgres.drop();
  }

  /** A workspace with an owner and a teammate, both with a password and a token. */
  async workspace(): Promise<TestWorkspace> {
    const passwordHash = await this.passwordHash;
    return this.database.transaction(async (tx) => {
      const email = `${randomUUID()}@shop.example`;
      const created = await createWorkspace(tx, {
        name: 'Shop',
        owner: { email, fullName: 'Amina Haddad', passwordHash },
      });
      const teammate = {
        id: uuidv7(),
        workspaceId: created.workspaceId,
        email: `${randomUUID()}@shop.example`,
      };
      await tx.insert(MemberEntity, { ...teammate, fullName: 'Tom Mate', role: 'teammate', passwordHash });
      return {
        id: created.workspaceId,
        owner: await withToken(tx, created.workspaceId, created.memberId, email),
        teammate: await withToken(tx, created.workspaceId, teammate.id, teammate.email),
      };
    });
  }

  async call(method: string, path: string, { token, body, headers = {} }: Call = {}): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    const contentType = response.headers.get('content-type') ?? '';
    // A stream has no end of its own.
    const endless = contentType.startsWith('text/event-stream');
    const text = endless ? '' : await response.text();
    if (endless) await response.body!.cancel();
    const json = /json/.test(contentType);
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: json ? JSON.parse(text) : undefined,
    };
  }

  /** @returns the Cookie header of a new session */
  async signIn(person: Person): Promise<string> {
    const answer = await this.call('POST', '/api/v1/auth/login', {
      body: { email: person.email, password: PASSWORD },
    });
    return answer.headers.get('set-cookie')!.split(';')[0]!;
  }

  /** An account in a state, as wa-session would have written it. */
  async account(workspace: TestWorkspace, state = 'connected'): Promise<string> {
    const id = uuidv7();
    await this.postgres.pool.query(
      `insert into account (id, workspace_id, owner_member_id, network, phone, state)
       values ($1, $2, $3, 'sandbox', '+972500000001', $4)`,
      [id, workspace.id, workspace.owner.memberId, state],
    );
    if (!['unlinked', 'pairing', 'logged_out'].includes(state)) {
      await this.postgres.pool.query(
        `with leased as (
           insert into session_lease (account_id, owner, epoch, expires_at) values ($1, 'pod-a', 1, now() + interval '1 hour')
         )
         insert into wa_creds (account_id, sealed, format, linked) values ($1, '', 1, true)`,
        [id],
      );
    }
    return id;
  }

  /** A chat with a contact whose addresses these are, as egress would have written it. */
  async chat(
    workspace: TestWorkspace,
    accountId: string,
    contact: { name?: string; phone?: string | null; jids?: string[]; at?: string | null } = {},
  ): Promise<string> {
    const { name = 'Jane Smith', phone = '+972550000002', at = '2026-01-01T00:00:00Z' } = contact;
    const suffix = randomBytes(6).readUIntBE(0, 6);
    const { jids = [`${suffix}@lid`, `${suffix}@s.whatsapp.net`] } = contact;
    const { rows } = await this.postgres.pool.query<{ id: string }>(
      `with person as (
         insert into contact (workspace_id, account_id, name, phone) values ($1, $2, $3, $4) returning id
       ), addresses as (
         insert into contact_address (account_id, jid, contact_id) select $2, unnest($5::text[]), id from person
       )
       insert into chat (workspace_id, account_id, contact_id, name, last_message_at)
       select $1, $2, id, $3, $6 from person returning id`,
      [workspace.id, accountId, name, phone, jids, at],
    );
    return rows[0]!.id;
  }
}

async function withToken(
  tx: Transaction,
  workspaceId: string,
  memberId: string,
  email: string,
): Promise<Person> {
  const { token } = await issueApiToken(tx, { workspaceId, memberId, name: 'test' });
  return { memberId, email, token };
}
