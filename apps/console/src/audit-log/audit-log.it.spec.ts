import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '@waypost/persistence';
import { randomUUID } from 'node:crypto';
import { ConsoleUnderTest, type TestWorkspace } from '../testing/console-under-test.js';
import { listOperations } from '../testing/openapi-operations.js';
import { AccessSweep } from '../access/access-sweep.js';

let api: ConsoleUnderTest;

beforeAll(async () => {
  api = await ConsoleUnderTest.start({ auditKeptDays: 30 });
});
afterAll(() => api.stop());

const log = (who: { token: string }, query = '') =>
  api.call('GET', `/api/v1/audit-log${query}`, { token: who.token });

describe('the audit log', () => {
  it('tells who did what to whom, when, from which address and how, and no secret', async () => {
    const { owner, teammate } = await api.workspace();
    const cookie = await api.signIn(owner);
    const change = (method: string, path: string, body?: unknown) =>
      api.call(method, `/api/v1${path}`, {
        headers: { cookie, 'sec-fetch-site': 'same-origin' },
        body,
      });
    await change('PATCH', `/members/${teammate.memberId}`, { role: 'owner' });
    await change('PATCH', '/outbound-webhook', {
      url: 'https://hooks.example/services/T0/s3cr3t?key=s3cr3t',
    });
    const issued = (await change('POST', '/tokens', { name: 'CRM sync' })).body.token;
    await change('POST', '/me/password', {
      currentPassword: 'wrong',
      newPassword: 'a password that is long',
    });
    await api.call('POST', '/api/v1/credits/grants', { token: owner.token, body: { amount: 5 } });

    const { body, text } = await log(owner);
    const member = { id: owner.memberId, fullName: 'Amina Haddad', email: owner.email };
    expect(body.items).toMatchObject([
      { action: 'Credits_grant', summary: 'Grant credits', details: { amount: 5 }, via: 'token', member },
      { action: 'Tokens_create', subject: 'CRM sync', via: 'session', address: '127.0.0.1' },
      { action: 'OutboundWebhook_patch', details: { url: 'https://hooks.example' } },
      {
        action: 'Members_patch',
        summary: 'Change a member',
        subject: 'Tom Mate',
        details: { role: 'owner' },
        at: expect.stringMatching(/^20/),
        member,
      },
    ]);
    for (const secret of [issued, 's3cr3t', 'a password that is long']) expect(text).not.toContain(secret);
  });

  it('comes in pages, and knows only its own workspace', async () => {
    const [{ owner }, other] = [await api.workspace(), await api.workspace()];
    expect((await log(owner)).body).toEqual({ items: [], nextCursor: null });
    for (const amount of [1, 2, 3]) {
      await api.call('POST', '/api/v1/credits/grants', { token: owner.token, body: { amount } });
    }
    const first = (await log(owner, '?limit=2')).body;
    const second = (await log(owner, `?limit=2&cursor=${first.nextCursor}`)).body;
    const amounts = [...first.items, ...second.items].map(({ details }) => details.amount);
    expect([amounts, second.nextCursor]).toEqual([[3, 2, 1], null]);
    expect((await log(other.owner)).body.items).toEqual([]);
  });

  it('is kept for as long as it is configured', async () => {
    const { owner, id } = await api.workspace();
    for (const amount of [1, 2]) {
      await api.call('POST', '/api/v1/credits/grants', { token: owner.token, body: { amount } });
    }
    await api.postgres.pool.query(
      `update audit_entry set at = now() - interval '31 days' where workspace_id = $1 and details ->> 'amount' = '1'`,
      [id],
    );
    await api.get(AccessSweep).sweep();
    expect((await log(owner)).body.items).toMatchObject([{ details: { amount: 2 } }]);
  });
});

describe('what cannot be told in the audit log', () => {
  let workspace: TestWorkspace;
  let ids: Record<string, string>;

  beforeAll(async () => {
    workspace = await api.workspace();
    const { token } = workspace.owner;
    const accountId = await api.account(workspace, 'conflict');
    const made = async (path: string, body: object) =>
      (await api.call('POST', `/api/v1${path}`, { token, body })).body.id;
    const email = () => `${randomUUID()}@shop.example`;
    ids = {
      accountId,
      chatId: await api.chat(workspace, accountId),
      tokenId: await made('/tokens', { name: 'x' }),
      memberId: await made('/members', { email: email(), fullName: 'New Mate', role: 'teammate' }),
      invitationId: await made('/invitations', { email: email(), role: 'teammate' }),
    };
    await api.call('POST', '/api/v1/inbound-webhook/rotate', { token });
    await api.call('PATCH', '/api/v1/outbound-webhook', { token, body: { url: 'https://crm.example' } });
  });

  /** Of every table but the counts of attempts, which are no part of what is asked for. */
  async function fingerprint(): Promise<string> {
    const { rows } = await api.postgres.pool.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables
       where schemaname = 'public' and tablename not in ('attempt_window', 'migrations') order by 1`,
    );
    const texts = rows.map(
      ({ name }) => `(select coalesce(string_agg(t::text, ',' order by t::text), '') from ${name} t)`,
    );
    const all = await api.postgres.pool.query<{ print: string }>(
      `select md5(concat(${texts.join(',')})) as print`,
    );
    return all.rows[0]!.print;
  }

  it('cannot be written past it: the connections of the console are read-only', async () => {
    const past = api
      .get(Database)
      .pool.query(`update member set full_name = 'X' where id = $1`, [workspace.owner.memberId]);
    await expect(past).rejects.toThrow('cannot execute UPDATE in a read-only transaction');
  });

  it('does not happen, whatever the route', async () => {
    const document = (await api.call('GET', '/api/openapi.json')).body;
    const unrecorded = /auth\/logout|\/chats\//;
    const operations = listOperations(document).filter(
      ({ changes, path }) => changes && !unrecorded.test(path),
    );
    expect(operations.length).toBeGreaterThan(20);
    await api.postgres.pool.query('alter table audit_entry rename to away');
    try {
      for (const operation of operations) {
        const before = await fingerprint();
        const answer = await api.call(operation.method, operation.pathWith(ids), {
          token: workspace.owner.token,
          body: operation.exampleBody({
            email: `${randomUUID()}@shop.example`,
            currentPassword: 'correct horse battery staple',
          }),
        });
        const name = `${operation.method} ${operation.path}`;
        expect([name, answer.status >= 500, (await fingerprint()) === before]).toEqual([name, true, true]);
      }
    } finally {
      await api.postgres.pool.query('alter table away rename to audit_entry');
    }
  }, 60_000);
});
