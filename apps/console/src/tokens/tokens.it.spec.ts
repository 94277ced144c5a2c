import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleUnderTest } from '../testing/console-under-test.js';

describe('API tokens', () => {
  let api: ConsoleUnderTest;

  beforeAll(async () => {
    api = await ConsoleUnderTest.start();
  });
  afterAll(() => api.stop());

  it('are shown once, work, and are stored as a hash only', async () => {
    const { owner } = await api.workspace();
    const created = await api.call('POST', '/api/v1/tokens', {
      token: owner.token,
      body: { name: 'CRM sync' },
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ name: 'CRM sync', memberId: owner.memberId, lastUsedAt: null });
    expect(created.headers.get('cache-control')).toBe('no-store');

    const me = await api.call('GET', '/api/v1/me', { token: created.body.token });
    expect(me.body).toMatchObject({ id: owner.memberId, role: 'owner', workspace: { name: 'Shop' } });

    const list = await api.call('GET', '/api/v1/tokens', { token: owner.token });
    expect(list.body.items[0]).toMatchObject({ id: created.body.id, name: 'CRM sync' });
    expect(list.text).not.toContain(created.body.token);
    const { rows } = await api.postgres.pool.query('select * from api_token where id = $1', [
      created.body.id,
    ]);
    expect(JSON.stringify(rows)).not.toContain(created.body.token);
  });

  it('stop working when they are revoked, and leave the list', async () => {
    const { owner } = await api.workspace();
    const { body } = await api.call('POST', '/api/v1/tokens', { token: owner.token, body: { name: 'old' } });
    const revoke = () => api.call('DELETE', `/api/v1/tokens/${body.id}`, { token: owner.token });
    expect((await revoke()).status).toBe(204);
    const refused = await api.call('GET', '/api/v1/me', { token: body.token });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="waypost", error="invalid_token"');
    expect((await revoke()).status).toBe(404);
    const list = await api.call('GET', '/api/v1/tokens', { token: owner.token });
    expect(list.body.items.map(({ id }: { id: string }) => id)).not.toContain(body.id);
  });

  it('note their last use at most once a minute', async () => {
    const { owner } = await api.workspace();
    const lastUse = async () => {
      const { rows } = await api.postgres.pool.query(
        'select last_used_at from api_token where member_id = $1',
        [owner.memberId],
      );
      return rows[0].last_used_at as Date;
    };
    await api.call('GET', '/api/v1/me', { token: owner.token });
    const first = await lastUse();
    expect(first).toBeInstanceOf(Date);
    await Promise.all(
      Array.from({ length: 10 }, () => api.call('GET', '/api/v1/me', { token: owner.token })),
    );
    expect(await lastUse()).toEqual(first);

    await api.postgres.pool.query(
      `update api_token set last_used_at = now() - interval '61 seconds' where member_id = $1`,
      [owner.memberId],
    );
    await api.call('GET', '/api/v1/me', { token: owner.token });
    expect((await lastUse()).getTime()).toBeGreaterThanOrEqual(first.getTime());
  });

  it('act with the role that their member has now', async () => {
    const { owner } = await api.workspace();
    expect((await api.call('GET', '/api/v1/credits', { token: owner.token })).status).toBe(200);
    await api.postgres.pool.query(`update member set role = 'teammate' where id = $1`, [owner.memberId]);
    expect((await api.call('GET', '/api/v1/credits', { token: owner.token })).status).toBe(403);
  });

  it.each(['', 'x'.repeat(101), 'a\u0000b', 'half \ud800', 7, null])('refuse the name %j', async (name) => {
    const { owner } = await api.workspace();
    const answer = await api.call('POST', '/api/v1/tokens', { token: owner.token, body: { name } });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ field: 'name' }]);
  });

  it.each(['Bearer', 'Bearer ', 'Basic abc', 'Bearer a b', `Bearer ${'x'.repeat(300)}`, 'nonsense'])(
    'are not found in the header "%s"',
    async (authorization) => {
      const answer = await api.call('GET', '/api/v1/me', { headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(answer.body).toMatchObject({ type: 'urn:waypost:problem:unauthenticated', status: 401 });
    },
  );
});
