import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { claim, enqueue, setOpen } from '@waypost/lanes';
import { eventually, OwnNats } from '@waypost/testkit';
import { randomUUID } from 'node:crypto';
import { ConsoleUnderTest } from '../testing/console-under-test.js';
import { EgressStandIn } from '../testing/egress-stand-in.js';
import { HintListener } from '../testing/hint-listener.js';

const PATH = '/api/v1/outbound-webhook';

describe('the outbound webhook', () => {
  let nats: OwnNats;
  let api: ConsoleUnderTest;

  beforeAll(async () => {
    nats = await OwnNats.start();
    api = await ConsoleUnderTest.start({ natsUrl: nats.url });
  });
  afterAll(async () => {
    await api.stop();
    await nats.stop();
  });

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
      openBundles: 0,
      bundledMessages: 0,
      dropped: 0,
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
      previousSecretUntil: null,
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

  it.each([0, 1, 6, 12, 24])('bundles every %j hours', async (hours) => {
    const { patch, read } = await start();
    expect((await patch({ granularityHours: hours })).body.granularityHours).toBe(hours);
    expect((await read()).granularityHours).toBe(hours);
  });

  it.each([5, -1, 48, 1.5, '0', null])('refuses granularity %j', async (hours) => {
    const { patch } = await start();
    const answer = await patch({ granularityHours: hours });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ field: 'granularityHours' }]);
  });

  describe('with an open bundle', () => {
    async function startBundling() {
      const story = await start();
      await story.patch({ url: 'https://crm.example', enabled: true, granularityHours: 6 });
      const { rows } = await api.postgres.pool.query(
        `insert into bundle (id, endpoint_id, workspace_id, chat_id, messages, opened_at, closes_at)
         values (gen_random_uuid(), $1, $2, 1, 3, now() - interval '1 hour', now() + interval '5 hours') returning id`,
        [await story.endpointId(), story.workspace.id],
      );
      const bundle = async () => {
        const { rows: found } = await api.postgres.pool.query(
          `select state, closes_at <= now() as due, round(extract(epoch from closes_at - opened_at) / 60)::integer as minutes
           from bundle where id = $1`,
          [rows[0].id],
        );
        return found[0];
      };
      return { ...story, bundle };
    }

    it('shows what is collected', async () => {
      const { read } = await startBundling();
      expect(await read()).toMatchObject({ openBundles: 1, bundledMessages: 3, pending: 0 });
    });

    it('gives it the new length, counted from its first message', async () => {
      const { patch, bundle } = await startBundling();
      await patch({ granularityHours: 12 });
      expect(await bundle()).toMatchObject({ state: 'open', due: false, minutes: 12 * 60 });
      await patch({ granularityHours: 1 });
      expect(await bundle()).toMatchObject({ state: 'open', minutes: 60 });
    });

    it('ends it now when messages are not aggregated any more, and by "Deliver now"', async () => {
      const first = await startBundling();
      await first.patch({ granularityHours: 0 });
      expect(await first.bundle()).toMatchObject({ state: 'open', due: true });
      const second = await startBundling();
      const listener = await HintListener.start('hint.bundles', nats.url);
      try {
        const answer = await api.call('POST', `${PATH}/flush`, { token: second.workspace.owner.token });
        expect([answer.status, answer.body.granularityHours]).toEqual([200, 6]);
        expect(await second.bundle()).toMatchObject({ state: 'open', due: true });
        await eventually(() => listener.count > 0);
      } finally {
        await listener.stop();
      }
    });

    it('leaves a window that is over as it is', async () => {
      const { patch, bundle, workspace } = await startBundling();
      await api.call('POST', `${PATH}/flush`, { token: workspace.owner.token });
      await patch({ granularityHours: 24 });
      expect(await bundle()).toMatchObject({ state: 'open', due: true });
    });

    it('drops it when the webhook is switched off', async () => {
      const { patch, bundle } = await startBundling();
      await patch({ enabled: false });
      expect(await bundle()).toMatchObject({ state: 'dropped' });
    });
  });

  it('opens its lanes when it is enabled after it had disabled itself, and not before', async () => {
    const { patch, read, endpointId } = await start();
    await patch({ url: 'https://crm.example', enabled: true });
    const key = await endpointId();
    await enqueue(api.postgres.pool, 'deliver', [{ key, slot: 3, ref: randomUUID() }]);
    await setOpen(api.postgres.pool, 'deliver', [key], false);
    await api.postgres.pool.query(
      `update outbound_endpoint set state = 'disabled', consecutive_errors = 11, dropped = 7 where id = $1`,
      [key],
    );
    const due = async () => (await claim(api.postgres.pool, 'deliver', 100, 1)).claims.map((one) => one.key);
    expect(await read()).toMatchObject({ enabled: false, state: 'disabled', dropped: 7 });
    await patch({ url: 'https://crm.example/new' });
    expect(await due()).not.toContain(key);
    expect((await patch({ enabled: true })).body).toMatchObject({
      enabled: true,
      state: 'healthy',
      dropped: 0,
    });
    expect(await due()).toContain(key);
  });

  it('gives out a new secret, and keeps the one before for a day', async () => {
    const { read, workspace, endpointId } = await start();
    const before = await read();
    const sealed = async () => {
      const { rows } = await api.postgres.pool.query(
        'select secret_sealed, previous_secret_sealed from outbound_endpoint where id = $1',
        [await endpointId()],
      );
      return rows[0];
    };
    const { secret_sealed: old } = await sealed();
    const answer = await api.call('POST', `${PATH}/rotate-secret`, { token: workspace.owner.token });
    expect(answer.status).toBe(200);
    expect(answer.body.secret).toMatch(/^whsec_/);
    expect(answer.body.secret).not.toBe(before.secret);
    expect(new Date(answer.body.previousSecretUntil).getTime() - Date.now()).toBeGreaterThan(86_000_000);
    expect((await sealed()).previous_secret_sealed).toEqual(old);
    expect(await read()).toEqual(answer.body);
  });

  it('replaces the secret once in 24 hours, so that the one before is not ended early', async () => {
    const { read, workspace, endpointId } = await start();
    await read();
    const rotate = () => api.call('POST', `${PATH}/rotate-secret`, { token: workspace.owner.token });
    const [first, second] = await Promise.all([rotate(), rotate()]);
    const [done, refused] = first.status === 200 ? [first, second] : [second, first];
    expect(done.status).toBe(200);
    expect(refused.body).toMatchObject({ status: 409, type: 'urn:waypost:problem:secret-replaced' });
    expect(refused.body.detail).toContain(done.body.previousSecretUntil);
    expect((await read()).secret).toBe(done.body.secret);
    await api.postgres.pool.query(
      'update outbound_endpoint set previous_secret_until = now() where id = $1',
      [await endpointId()],
    );
    expect((await rotate()).status).toBe(200);
  });

  it('tells what a test was answered, and asks for it by its own workspace', async () => {
    const { patch, workspace, endpointId } = await start();
    const test = () => api.call('POST', `${PATH}/test`, { token: workspace.owner.token });
    expect((await test()).body).toMatchObject({ status: 409, type: 'urn:waypost:problem:no-outbound-url' });
    await patch({ url: 'https://crm.example' });
    const egress = await EgressStandIn.start(nats.url, {
      ok: false,
      status: 500,
      error: 'the answer was HTTP 500, not 200',
      errorClass: 'status',
      durationMs: 12,
      responseBody: 'sorry',
      requestBody: '{"message":{}}',
    });
    try {
      expect((await test()).body).toEqual({
        ok: false,
        status: 500,
        error: 'the answer was HTTP 500, not 200',
        responseBody: 'sorry',
        requestBody: '{"message":{}}',
        durationMs: 12,
      });
      expect(egress.asked).toEqual([{ endpointId: await endpointId(), workspaceId: workspace.id }]);
    } finally {
      await egress.stop();
    }
  });

  it('says that other tests are on their way', async () => {
    const { patch, workspace } = await start();
    await patch({ url: 'https://crm.example' });
    const egress = await EgressStandIn.start(nats.url, {
      ...{
        ok: false,
        error: 'too many tests are on their way',
        errorClass: 'busy',
        durationMs: 0,
        requestBody: '',
      },
    });
    try {
      const answer = await api.call('POST', `${PATH}/test`, { token: workspace.owner.token });
      expect(answer.body).toMatchObject({ status: 429, type: 'urn:waypost:problem:too-many-tests' });
    } finally {
      await egress.stop();
    }
  });

  it('says that a test cannot be made when nobody is there to make it', async () => {
    const { patch, workspace } = await start();
    await patch({ url: 'https://crm.example' });
    const answer = await api.call('POST', `${PATH}/test`, { token: workspace.owner.token });
    expect(answer.body).toMatchObject({ status: 503, type: 'urn:waypost:problem:unavailable' });
  });

  it('shows its last requests in full, newest first, in the list and in the file', async () => {
    const { read, workspace, endpointId } = await start();
    await read();
    const key = await endpointId();
    for (const number of [99, 100, 101]) {
      await api.postgres.pool.query(
        `insert into delivery_request (endpoint_id, slot, number, delivery_id, at, url, request_headers, request_body, status,
           response_headers, response_body, error_class, error, duration_ms)
         values ($1, $2::bigint % 100, $2, $3, '2026-11-02T08:30:00Z', 'https://crm.example/', '{"webhook-id":"1"}', '{}', $4,
           '{"content-type":"text/plain"}', 'OK', $5, $6, 87.54)`,
        number === 101
          ? [key, number, null, 200, null, null]
          : [key, number, randomUUID(), 500, 'status', 'the answer was HTTP 500, not 200'],
      );
    }
    const { token } = workspace.owner;
    const { items } = (await api.call('GET', `${PATH}/requests`, { token })).body;
    expect(items[0]).toEqual({
      id: '101',
      at: '2026-11-02T08:30:00.000Z',
      isTest: true,
      url: 'https://crm.example/',
      requestHeaders: { 'webhook-id': '1' },
      requestBody: '{}',
      isRequestBodyCut: false,
      status: 200,
      responseHeaders: { 'content-type': 'text/plain' },
      responseBody: 'OK',
      error: null,
      durationMs: 87.5,
    });
    expect(items).toMatchObject([{ id: '101' }, { id: '100', isTest: false, status: 500 }, { id: '99' }]);
    const file = await api.call('GET', `${PATH}/requests/download`, { token });
    expect(file.headers.get('content-disposition')).toContain('outbound-webhook-requests.json');
    expect(file.body).toEqual({ requests: items });
    const other = await api.workspace();
    expect((await api.call('GET', `${PATH}/requests`, { token: other.owner.token })).body.items).toEqual([]);
  });

  it('cuts long bodies in the list, says so, and has them whole in the file', async () => {
    const { read, workspace, endpointId } = await start();
    await read();
    await api.postgres.pool.query(
      `insert into delivery_request (endpoint_id, slot, number, at, url, request_headers, request_body, duration_ms)
       values ($1, 1, 1, now(), 'https://crm.example/', '{}', repeat('€', 2000000), 1)`,
      [await endpointId()],
    );
    const { token } = workspace.owner;
    const { items } = (await api.call('GET', `${PATH}/requests`, { token })).body;
    expect(items).toMatchObject([{ isRequestBodyCut: true, requestBody: '€'.repeat(16_384) }]);
    const { requests } = (await api.call('GET', `${PATH}/requests/download`, { token })).body;
    expect(requests).toMatchObject([{ isRequestBodyCut: false }]);
    expect(requests[0].requestBody).toHaveLength(2_000_000);
  });

  it('shows the owners the mail that was written to them', async () => {
    const { workspace } = await start();
    await api.postgres.pool.query(
      `insert into mail (id, workspace_id, recipient, subject, body) values ($1, $2, $3, 'Disabled', 'It failed 11 times.')`,
      [randomUUID(), workspace.id, workspace.owner.email],
    );
    const list = async (token: string) => (await api.call('GET', '/api/v1/mails', { token })).body.items;
    expect(await list(workspace.owner.token)).toMatchObject([
      {
        recipient: workspace.owner.email,
        subject: 'Disabled',
        body: 'It failed 11 times.',
        state: 'waiting',
      },
    ]);
    expect(await list((await api.workspace()).owner.token)).toEqual([]);
  });

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
    const add = (state: string) =>
      api.postgres.pool.query(
        `insert into delivery (id, endpoint_id, workspace_id, chat_id, message_id, body, state)
         select gen_random_uuid(), id, workspace_id, 1, gen_random_uuid(), '{}', $2 from outbound_endpoint where id = $1`,
        [key, state],
      );
    for (const state of ['pending', 'pending', 'dropped', 'delivered']) await add(state);
    expect((await read()).pending).toBe(2);
  });

  it('counts nothing of what waited when it was switched off, although it is on again', async () => {
    const { patch, read, endpointId } = await start();
    await patch({ url: 'https://crm.example', enabled: true });
    await api.postgres.pool.query(
      `insert into delivery (id, endpoint_id, workspace_id, chat_id, message_id, body)
       select gen_random_uuid(), id, workspace_id, 1, gen_random_uuid(), '{}' from outbound_endpoint where id = $1`,
      [await endpointId()],
    );
    await patch({ granularityHours: 6 });
    expect((await read()).pending).toBe(1);
    await patch({ enabled: false });
    await patch({ enabled: true });
    expect((await read()).pending).toBe(0);
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
