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
      explanation: '2 messages wait: the phone logged this device out; link the account again.',
    });
  });

  it.each(['not-a-uuid', '0192f7a0-0000-7000-8000-000000000000', '%00', "'"])(
    'named %s is not found',
    async (id) => {
      workspace = await api.workspace();
      expect((await call('GET', `/${id}`)).status).toBe(404);
    },
  );

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

  it('is refused while the account is connected', async () => {
    workspace = await api.workspace();
    const id = await api.account(workspace, 'connected');
    const answer = await call('POST', `/${id}/pairing`, { method: 'qr' });
    expect(answer.body).toMatchObject({ status: 409, type: 'urn:waypost:problem:account-connected' });
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
