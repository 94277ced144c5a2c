import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { enqueue } from '@waypost/lanes';
import { randomUUID } from 'node:crypto';
import { ConsoleUnderTest } from '../testing/console-under-test.js';

const PATH = '/api/v1/outbound-webhook';

describe('the outbound webhook', () => {
  let api: ConsoleUnderTest;

  beforeAll(async () => {
    api = await ConsoleUnderTest.start();
  });
  afterAll(() => api.stop());

  async function start() {
    const workspace = await api.workspace();
    const { token } = workspace.owner;
    return {
      workspace,
      read: async () => (await api.call('GET', PATH, { token })).body,
      patch: (body: unknown) => api.call('PATCH', PATH, { token, body }),
      endpointId: async () => {
        const { rows } = await api.postgres.pool.query(
          'select id from outbound_endpoint where workspace_id = $1',
          [workspace.id],
        );
        expect(rows).toHaveLength(1);
        return rows[0].id as string;
      },
    };
  }

  it('is born off, with a signing secret that stays and is stored sealed', async () => {
    const { read, endpointId } = await start();
    const [first, other] = await Promise.all([read(), read()]);
    expect(first).toEqual({
      url: null,
      granularityHours: 0,
      enabled: false,
      state: 'healthy',
      consecutiveErrors: 0,
      disabledReason: null,
      nextAttemptAt: null,
      pending: 0,
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
    });
    expect(other).toEqual(first);
    const { rows } = await api.postgres.pool.query(
      'select secret_sealed from outbound_endpoint where id = $1',
      [await endpointId()],
    );
    expect(rows[0].secret_sealed.toString('latin1')).not.toContain(first.secret);
  });

  it('takes a URL and is enabled', async () => {
    const { patch, read } = await start();
    const answer = await patch({ url: 'https://crm.example/hook?key=1', granularityHours: 0, enabled: true });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ url: 'https://crm.example/hook?key=1', enabled: true });
    expect(await read()).toEqual(answer.body);
    expect((await patch({ enabled: false })).body).toMatchObject({
      url: 'https://crm.example/hook?key=1',
      enabled: false,
    });
  });

  it('cannot be enabled without a URL, nor lose it while enabled', async () => {
    const { patch } = await start();
    const early = await patch({ enabled: true });
    expect(early.status).toBe(400);
    expect(early.body.errors).toEqual([{ field: 'url', message: expect.stringContaining('must be given') }]);
    await patch({ url: 'http://crm.example', enabled: true });
    expect((await patch({ url: null })).status).toBe(400);
    expect((await patch({ url: null, enabled: false })).body).toMatchObject({ url: null, enabled: false });
  });

  it.each([
    'ftp://crm.example',
    'crm.example/hook',
    'https://user:secret@crm.example',
    'https://',
    'javascript:alert(1)',
    'https://crm.example/a b',
    'https:/crm.example',
    '',
    7,
    `https://crm.example/${'x'.repeat(2048)}`,
  ])('refuses the URL %j', async (url) => {
    const { patch, read } = await start();
    const answer = await patch({ url });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ field: 'url' }]);
    expect((await read()).url).toBeNull();
  });

  it.each([1, 6, 12, 24, 5, -1, '0', null])(
    'refuses granularity %j, which it does not have yet',
    async (hours) => {
      const { patch } = await start();
      const answer = await patch({ granularityHours: hours });
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toMatchObject([{ field: 'granularityHours' }]);
    },
  );

  it('forgets its errors when it is enabled after it had disabled itself', async () => {
    const { patch, endpointId } = await start();
    await patch({ url: 'https://crm.example', enabled: true });
    await api.postgres.pool.query(
      `update outbound_endpoint set enabled = false, state = 'disabled', consecutive_errors = 11,
         disabled_reason = 'the receiver answered 500', next_attempt_at = now() + interval '8 hours'
       where id = $1`,
      [await endpointId()],
    );
    expect((await patch({ url: 'https://crm.example/new' })).body).toMatchObject({
      state: 'disabled',
      consecutiveErrors: 11,
      disabledReason: 'the receiver answered 500',
    });
    expect((await patch({ enabled: true })).body).toMatchObject({
      enabled: true,
      state: 'healthy',
      consecutiveErrors: 0,
      disabledReason: null,
      nextAttemptAt: null,
    });
  });

  it('keeps backing off when it is enabled once more, and starts anew with another URL', async () => {
    const { patch, endpointId } = await start();
    await patch({ url: 'https://crm.example', enabled: true });
    await api.postgres.pool.query(
      `update outbound_endpoint set state = 'backing_off', consecutive_errors = 3, next_attempt_at = now() where id = $1`,
      [await endpointId()],
    );
    expect((await patch({ enabled: true })).body).toMatchObject({
      state: 'backing_off',
      consecutiveErrors: 3,
    });
    expect((await patch({ url: 'https://other.example' })).body).toMatchObject({
      state: 'healthy',
      consecutiveErrors: 0,
      nextAttemptAt: null,
    });
  });

  it('counts what waits', async () => {
    const { read, endpointId } = await start();
    expect((await read()).pending).toBe(0);
    const key = await endpointId();
    await enqueue(api.postgres.pool, 'deliver', [
      { key, slot: 1, ref: randomUUID() },
      { key, slot: 5, ref: randomUUID() },
    ]);
    expect((await read()).pending).toBe(2);
  });

  it('loses no change when two come at the same time', async () => {
    const { patch, read } = await start();
    await Promise.all([
      patch({ url: 'https://crm.example' }),
      patch({ granularityHours: 0 }),
      patch({ enabled: false }),
    ]);
    expect((await read()).url).toBe('https://crm.example');
  });
});
