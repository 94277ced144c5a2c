import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tokenHash } from '@waypost/persistence';
import { ConsoleUnderTest } from '../testing/console-under-test.js';

const PATH = '/api/v1/inbound-webhook';

describe('the inbound webhook', () => {
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
      rotate: async () => (await api.call('POST', `${PATH}/rotate`, { token })).body,
      hashes: async () => {
        const { rows } = await api.postgres.pool.query(
          'select token_hash from inbound_webhook where workspace_id = $1',
          [workspace.id],
        );
        return rows.map((row: { token_hash: Buffer }) => row.token_hash.toString('hex'));
      },
    };
  }

  const hashOf = (url: string) => tokenHash(url.slice(url.lastIndexOf('/') + 1)).toString('hex');

  it('is off and has no URL until one is generated', async () => {
    const { read, patch } = await start();
    expect(await read()).toEqual({ enabled: false, url: null, createdAt: null });
    const early = await patch({ enabled: true });
    expect(early.body).toMatchObject({ type: 'urn:waypost:problem:no-inbound-url', status: 409 });
  });

  it('starts enabled with its first URL, and shows the same URL again', async () => {
    const { rotate, read, hashes } = await start();
    const first = await rotate();
    expect(first).toEqual({
      enabled: true,
      url: expect.stringMatching(/^https:\/\/in\.example\/webhooks\/inbound\/[\w-]{43}$/),
      createdAt: expect.any(String),
    });
    expect(await read()).toEqual(first);
    expect(await hashes()).toEqual([hashOf(first.url)]);
  });

  it('forgets the URL before in the commit that brings the new one', async () => {
    const { rotate, hashes, patch, read } = await start();
    const first = await rotate();
    await patch({ enabled: false });
    const second = await rotate();
    expect(second.url).not.toBe(first.url);
    expect(second.enabled).toBe(false);
    expect(await hashes()).toEqual([hashOf(second.url)]);
    expect(await read()).toEqual(second);
  });

  it('has exactly one URL after two owners generated one at the same time', async () => {
    const { rotate, hashes, read } = await start();
    await Promise.all([rotate(), rotate(), rotate()]);
    expect(await hashes()).toEqual([hashOf((await read()).url)]);
  });

  it('keeps its URL while it is switched off and on', async () => {
    const { rotate, patch } = await start();
    const { url } = await rotate();
    expect((await patch({ enabled: false })).body).toMatchObject({ enabled: false, url });
    expect((await patch({ enabled: true })).body).toMatchObject({ enabled: true, url });
  });

  it('is never stored in readable form', async () => {
    const { rotate, workspace } = await start();
    const { url } = await rotate();
    const { rows } = await api.postgres.pool.query('select * from inbound_webhook where workspace_id = $1', [
      workspace.id,
    ]);
    const stored = Buffer.concat([rows[0].token_hash, rows[0].token_sealed]).toString('latin1');
    expect(stored).not.toContain(url.slice(url.lastIndexOf('/') + 1));
  });

  it.each([{}, { enabled: 'yes' }, { enabled: null }, { enabled: true, url: 'https://x.example' }])(
    'refuses the change %j',
    async (body) => {
      const { rotate, patch } = await start();
      await rotate();
      const answer = await patch(body);
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toHaveLength(1);
    },
  );
});
