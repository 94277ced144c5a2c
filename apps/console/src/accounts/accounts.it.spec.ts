import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { enqueue } from '@waypost/lanes';
import { eventually } from '@waypost/testkit';
import { randomUUID } from 'node:crypto';
import { ConsoleUnderTest, type TestWorkspace } from '../testing/console-under-test.js';
import { HintListener } from '../testing/hint-listener.js';

let api: ConsoleUnderTest;
let workspace: TestWorkspace;

beforeAll(async () => {
  api = await ConsoleUnderTest.start();
});
afterAll(() => api.stop());

const call = (method: string, path: string, body?: unknown) =>
  api.call(method, `/api/v1/accounts${path}`, { token: workspace.owner.token, body });

describe('an account', () => {
  it('is added unlinked, for the owner who adds it', async () => {
    workspace = await api.workspace();
    const created = await call('POST', '', { network: 'sandbox' });
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      id: expect.any(String),
      network: 'sandbox',
      phone: null,
      owner: { id: workspace.owner.memberId, fullName: 'Amina Haddad', email: workspace.owner.email },
      state: 'unlinked',
      connectedAt: null,
      retryAt: null,
      queueLength: 0,
      paceMinMs: null,
      paceMaxMs: null,
      explanation: 'The account is not linked to a phone yet; start a pairing and scan its QR.',
    });
    expect((await call('GET', `/${created.body.id}`)).body).toEqual(created.body);
    expect((await call('GET', '')).body).toEqual({ items: [created.body], nextCursor: null });
  });

  it.each([undefined, 'telegram', 1])('is not added on the network %j', async (network) => {
    workspace = await api.workspace();
    const answer = await call('POST', '', { network });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([
      { field: 'network', message: expect.stringContaining('sandbox') },
    ]);
  });

  it('tells how many messages wait, and why', async () => {
    workspace = await api.workspace();
    const id = await api.account(workspace, 'logged_out');
    await enqueue(api.postgres.pool, 'send', [
      { key: id, ref: randomUUID() },
      { key: id, ref: randomUUID() },
    ]);
    expect((await call('GET', `/${id}`)).body).toMatchObject({
      state: 'logged_out',
      queueLength: 2,
      explanation: '2 messages wait: the phone removed this device; link the account again.',
    });
  });

  it.each(['not-a-uuid', '0192f7a0-0000-7000-8000-000000000000', '%00', "'"])(
    'named %s is not found',
    async (id) => {
      workspace = await api.workspace();
      expect((await call('GET', `/${id}`)).status).toBe(404);
    },
  );

  it('counts the messages that are held outside its lane as well', async () => {
    workspace = await api.workspace();
    const id = await api.account(workspace);
    const chatId = await api.chat(workspace, id);
    const path = `/api/v1/chats/${chatId}/messages`;
    const { token } = workspace.owner;
    const first = (await api.call('POST', path, { token, body: { text: '1' } })).body.id;
    await api.postgres.pool.query(
      `with gone as (delete from lane_item where ref = $1)
      update message set hold = 'file' where id = $1`,
      [first],
    );
    await api.call('POST', path, { token, body: { text: '2' } });
    expect((await call('GET', `/${id}`)).body).toMatchObject({
      queueLength: 2,
      explanation: '2 messages wait: files are being fetched, and a chat goes on when its file is there.',
    });
  });

  it('has the pace of the deployment until it is given its own', async () => {
    workspace = await api.workspace();
    const id = await api.account(workspace);
    const own = await call('PATCH', `/${id}`, { paceMinMs: 5_000, paceMaxMs: 9_000 });
    expect([own.status, own.body]).toMatchObject([200, { paceMinMs: 5_000, paceMaxMs: 9_000 }]);
    expect((await call('PATCH', `/${id}`, { paceMinMs: null, paceMaxMs: null })).body).toMatchObject({
      paceMinMs: null,
      paceMaxMs: null,
    });
  });

  it.each([
    [{ paceMinMs: 2_000, paceMaxMs: 1_999 }, 'paceMaxMs'],
    [{ paceMinMs: 2_000, paceMaxMs: null }, 'paceMaxMs'],
    [{ paceMinMs: 2_000 }, 'paceMaxMs'],
    [{ paceMinMs: -1, paceMaxMs: 1 }, 'paceMinMs'],
    [{ paceMinMs: 1.5, paceMaxMs: 3 }, 'paceMinMs'],
    [{ paceMinMs: 0, paceMaxMs: 600_001 }, 'paceMaxMs'],
    [{ paceMinMs: '1', paceMaxMs: 2 }, 'paceMinMs'],
  ])('refuses the pace %j', async (body, field) => {
    workspace = await api.workspace();
    const answer = await call('PATCH', `/${await api.account(workspace)}`, body);
    expect([answer.status, answer.body.errors]).toMatchObject([400, [{ field }]]);
  });

  it('is asked to connect now, whatever stopped it, and left alone when it is connected', async () => {
    workspace = await api.workspace();
    const wishOf = async (id: string) =>
      (await api.postgres.pool.query('select wish from account where id = $1', [id])).rows[0].wish;
    for (const state of ['stopped', 'conflict', 'backing_off']) {
      const id = await api.account(workspace, state);
      expect((await call('POST', `/${id}/reconnect`)).status).toBe(202);
      expect(await wishOf(id)).toBe('reconnect');
    }
    const connected = await api.account(workspace, 'connected');
    expect(await call('POST', `/${connected}/reconnect`)).toMatchObject({
      status: 202,
      body: { state: 'connected' },
    });
    expect(await wishOf(connected)).toBeNull();
  });

  it('is asked to connect with its archived link while there is one, and told what to do when there is none', async () => {
    workspace = await api.workspace();
    const id = await api.account(workspace, 'logged_out');
    expect((await call('POST', `/${id}/reconnect`)).body).toMatchObject({
      status: 409,
      type: 'urn:waypost:problem:account-not-linked',
      detail: expect.stringContaining('Link the account'),
    });
    await api.postgres.pool.query(
      `insert into wa_creds_archive (account_id, reason, sealed, format) values ($1, 'the phone removed this device', '', 1)`,
      [id],
    );
    expect((await call('POST', `/${id}/reconnect`)).status).toBe(202);
  });

  it('is logged out by a wish that outlives any process, and says so until it is done', async () => {
    workspace = await api.workspace();
    const id = await api.account(workspace);
    const answer = await call('POST', `/${id}/logout`);
    expect([answer.status, answer.body.explanation]).toEqual([
      202,
      'The account is being logged out at WhatsApp; link it again to send.',
    ]);
    // Nothing else is wished of it meanwhile.
    await api.postgres.pool.query(`update account set state = 'connecting' where id = $1`, [id]);
    expect((await call('POST', `/${id}/reconnect`)).status).toBe(409);
    const unlinked = await api.account(workspace, 'unlinked');
    expect((await call('POST', `/${unlinked}/logout`)).status).toBe(409);
  });

  it('is gone when it is removed, and its link is to be ended; its chats stay readable', async () => {
    workspace = await api.workspace();
    const id = await api.account(workspace);
    const chatId = await api.chat(workspace, id);
    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/reconnect'],
      ['POST', '/logout'],
      ['POST', '/pairing'],
      ['GET', '/pairing'],
    ] as const) {
      const body = path === '/pairing' ? { method: 'qr' } : { paceMinMs: null, paceMaxMs: null };
      const answer = await call(
        method,
        `/${id}${path}`,
        method === 'GET' || method === 'DELETE' ? undefined : body,
      );
      expect([method, path, answer.status]).toEqual([method, path, 404]);
    }
    expect((await call('GET', '')).body.items).toEqual([]);
    const { token } = workspace.owner;
    expect((await api.call('GET', `/api/v1/chats/${chatId}`, { token })).status).toBe(200);
    const { rows } = await api.postgres.pool.query('select wish from account where id = $1', [id]);
    expect(rows).toEqual([{ wish: 'log_out' }]);
  });

  it('is removed while it is being linked, and the link is abandoned', async () => {
    workspace = await api.workspace();
    const id = await api.account(workspace, 'pairing');
    await call('POST', `/${id}/pairing`, { method: 'qr' });
    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    const { rows } = await api.postgres.pool.query(
      'select a.wish, p.state from account a join account_pairing p on p.account_id = a.id where a.id = $1',
      [id],
    );
    expect(rows).toEqual([{ wish: 'log_out', state: 'failed' }]);
  });

  it('says so when no instance holds it, or when a number is not looked up', async () => {
    workspace = await api.workspace();
    const id = await api.account(workspace);
    const explanation = async () => (await call('GET', `/${id}`)).body.explanation;
    const chatId = await api.chat(workspace, id, { jids: ['972550000009@s.whatsapp.net'] });
    await api.call('POST', `/api/v1/chats/${chatId}/messages`, {
      token: workspace.owner.token,
      body: { text: '1' },
    });
    expect(await explanation()).toContain('one after another');
    await api.postgres.pool.query('update lane set attempts = 2 where key = $1', [id]);
    expect(await explanation()).toContain('whether the next recipient’s number is there');
    await api.postgres.pool.query(
      `update session_lease set expires_at = now() - interval '29 s' where account_id = $1`,
      [id],
    );
    expect(await explanation()).toContain('whether the next recipient’s number is there');
    await api.postgres.pool.query(
      `update session_lease set expires_at = now() - interval '31 s' where account_id = $1`,
      [id],
    );
    expect(await explanation()).toMatch(/^1 message waits: no instance of the session service holds/);
  });

  it('is listed on exactly one page', async () => {
    workspace = await api.workspace();
    const ids: string[] = [];
    for (let index = 0; index < 5; index++)
      ids.push((await call('POST', '', { network: 'sandbox' })).body.id);
    const first = (await call('GET', '?limit=3')).body;
    const second = (await call('GET', `?limit=3&cursor=${first.nextCursor}`)).body;
    const seen = [...first.items, ...second.items].map(({ id }: { id: string }) => id);
    expect(seen).toEqual(ids);
    expect(second.nextCursor).toBeNull();
  });
});

describe('a pairing', () => {
  /** As wa-session does. */
  const report = (
    accountId: string,
    state: string,
    fields: { qr?: string; code?: string; detail?: string } = {},
  ) =>
    api.postgres.pool.query(
      'update account_pairing set state = $2, qr = $3, code = $4, detail = $5 where account_id = $1',
      [accountId, state, fields.qr ?? null, fields.code ?? null, fields.detail ?? null],
    );

  async function unlinked() {
    workspace = await api.workspace();
    return api.account(workspace, 'unlinked');
  }

  it('was never asked for at first', async () => {
    const id = await unlinked();
    expect((await call('GET', `/${id}/pairing`)).body).toEqual({ state: 'none' });
  });

  it('shows the QR while it waits, and none when it is over', async () => {
    const id = await unlinked();
    const requested = await call('POST', `/${id}/pairing`, { method: 'qr' });
    expect(requested.status).toBe(202);
    expect(requested.body).toEqual({ state: 'requested', method: 'qr', updatedAt: expect.any(String) });
    await report(id, 'waiting', { qr: '2@abc' });
    expect((await call('GET', `/${id}/pairing`)).body).toMatchObject({ state: 'waiting', qr: '2@abc' });
    await report(id, 'linked', { qr: '2@abc' });
    const linked = (await call('GET', `/${id}/pairing`)).body;
    expect(linked).toMatchObject({ state: 'linked' });
    expect(linked).not.toHaveProperty('qr');
  });

  it('by code takes the phone’s number and shows the code', async () => {
    const id = await unlinked();
    await call('POST', `/${id}/pairing`, { method: 'code', phone: '+972 (50) 000-0001' });
    const { rows } = await api.postgres.pool.query('select * from account_pairing where account_id = $1', [
      id,
    ]);
    expect(rows).toMatchObject([{ method: 'code', phone: '+972500000001', state: 'requested' }]);
    await report(id, 'waiting', { code: 'ABCD1234' });
    expect((await call('GET', `/${id}/pairing`)).body).toMatchObject({ state: 'waiting', code: 'ABCD1234' });
  });

  it.each([undefined, 'abc', '', '123456789012345678901'])(
    'by code needs a number, not %j',
    async (phone) => {
      const id = await unlinked();
      const answer = await call('POST', `/${id}/pairing`, { method: 'code', phone });
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toMatchObject([{ field: 'phone' }]);
    },
  );

  it('that is asked for again starts over', async () => {
    const id = await unlinked();
    await call('POST', `/${id}/pairing`, { method: 'code', phone: '+972500000001' });
    await report(id, 'failed', { code: 'ABCD1234', detail: 'the phone refused' });
    expect((await call('GET', `/${id}/pairing`)).body).toMatchObject({ detail: 'the phone refused' });
    await call('POST', `/${id}/pairing`, { method: 'qr' });
    const { rows } = await api.postgres.pool.query('select * from account_pairing where account_id = $1', [
      id,
    ]);
    expect(rows).toMatchObject([
      { method: 'qr', state: 'requested', phone: null, qr: null, code: null, detail: null },
    ]);
  });

  it.each(['connecting', 'connected', 'backing_off'])('is refused while the account is %s', async (state) => {
    workspace = await api.workspace();
    const id = await api.account(workspace, state);
    const answer = await call('POST', `/${id}/pairing`, { method: 'qr' });
    expect(answer.body).toMatchObject({ status: 409, type: 'urn:waypost:problem:account-linked' });
    expect((await call('GET', `/${id}/pairing`)).body).toEqual({ state: 'none' });
  });

  it('wakes the sessions', async () => {
    const id = await unlinked();
    const listener = await HintListener.start('hint.accounts');
    try {
      await eventually(
        async () => {
          await call('POST', `/${id}/pairing`, { method: 'qr' });
          return listener.count > 0;
        },
        { withinMs: 10_000, everyMs: 100 },
      );
    } finally {
      await listener.stop();
    }
  });
});
