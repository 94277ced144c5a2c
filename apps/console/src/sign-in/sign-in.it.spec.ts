import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleUnderTest, PASSWORD, type Person } from '../testing/console-under-test.js';

const LOGIN = '/api/v1/auth/login';
const SAME_SITE = { 'sec-fetch-site': 'same-origin' };

let api: ConsoleUnderTest;

beforeAll(async () => {
  api = await ConsoleUnderTest.start();
});
afterAll(() => api.stop());

const login = (email: string, password: string, headers?: Record<string, string>) =>
  api.call('POST', LOGIN, { body: { email, password }, headers });

describe('signing in', () => {
  it('gives a cookie that works on the whole API', async () => {
    const { owner } = await api.workspace();
    const answer = await login(owner.email.toUpperCase(), PASSWORD);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id: owner.memberId, email: owner.email, role: 'owner' });
    const setCookie = answer.headers.get('set-cookie')!;
    expect(setCookie).toMatch(
      /^waypost_session=[\w-]{43}; Path=\/; Max-Age=1209600; HttpOnly; SameSite=Lax$/,
    );
    const cookie = setCookie.split(';')[0]!;
    const me = await api.call('GET', '/api/v1/me', { headers: { cookie: `theme=dark; ${cookie}` } });
    expect(me.body).toEqual(answer.body);

    const token = cookie.split('=')[1]!;
    const { rows } = await api.postgres.pool.query('select * from member_session where member_id = $1', [
      owner.memberId,
    ]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(rows[0].expires_at - rows[0].created_at).toBe(14 * 24 * 3600 * 1000);
  });

  it('answers an unknown e-mail as it answers a wrong password', async () => {
    const { owner, teammate } = await api.workspace();
    await api.postgres.pool.query('update member set password_hash = null where id = $1', [
      teammate.memberId,
    ]);
    const answers = [
      await login(owner.email, 'wrong'),
      await login('nobody@shop.example', PASSWORD),
      await login(teammate.email, PASSWORD),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.body.type).toBe('urn:waypost:problem:wrong-credentials');
      expect(answer.text).toBe(answers[0]!.text);
      expect(answer.headers.has('set-cookie')).toBe(false);
    }
  });

  it('takes as long for an unknown e-mail as for a wrong password', async () => {
    const time = async (email: string) => {
      const start = performance.now();
      await login(email, 'wrong');
      return performance.now() - start;
    };
    let [known, unknown] = [Infinity, Infinity];
    for (let n = 0; n < 5; n++) {
      known = Math.min(known, await time((await api.workspace()).owner.email));
      unknown = Math.min(unknown, await time(`${n}@unknown.example`));
    }
    // Without the same work for both, an unknown e-mail would be answered ten times as fast.
    expect(unknown).toBeGreaterThan(known / 3);
  });

  it('is held back after ten wrong passwords, even with the right one, and says for how long', async () => {
    const { owner } = await api.workspace();
    const answers = await Promise.all(Array.from({ length: 15 }, () => login(owner.email, 'wrong')));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(10).fill(401), ...Array(5).fill(429)]);
    const refused = await login(owner.email, PASSWORD);
    expect(refused.status).toBe(429);
    expect(refused.body.type).toBe('urn:waypost:problem:too-many-attempts');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(800);
  });

  it('is held back by all replicas together, by e-mail and by the address that a trusted proxy tells', async () => {
    const first = await ConsoleUnderTest.start();
    const proxied = await first.replica({ trustProxy: ['127.0.0.1'] });
    const ask = async (url: string, email: string, address: string, password = 'wrong') => {
      const { status } = await fetch(`${url}${LOGIN}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body: JSON.stringify({ email, password }),
      });
      return status;
    };
    const refused = async (asked: Promise<number>[]) =>
      (await Promise.all(asked)).filter((status) => status === 429).length;
    try {
      const { owner } = await first.workspace();
      const urls = [first.url, proxied.url];
      const guess = (_: unknown, n: number) => ask(urls[n % 2]!, owner.email, `192.0.2.${n}`);
      expect(await refused(Array.from({ length: 16 }, guess))).toBe(6);
      // The first one believes no X-Forwarded-For: all of these come from one address, as eight guesses did. The addresses of an IPv6 network are one.
      const spray = (_: unknown, n: number) => ask(first.url, `${n}@x.example`, `192.0.2.${n}`);
      expect(await refused(Array.from({ length: 24 }, spray))).toBe(2);
      const network = (_: unknown, n: number) => ask(proxied.url, `${n}@y.example`, `2001:db8::${n + 1}`);
      expect(await refused(Array.from({ length: 32 }, network))).toBe(2);

      expect(await ask(proxied.url, owner.email, '198.51.100.1', PASSWORD)).toBe(429);
      await first.postgres.pool.query('update attempt_window set ends_at = now()');
      for (const url of urls) expect(await ask(url, owner.email, '198.51.100.1', PASSWORD)).toBe(200);
    } finally {
      await proxied.stop();
      await first.stop();
    }
  }, 60_000);

  it('is not held back by sign-ins that succeed', async () => {
    const { owner } = await api.workspace();
    for (let n = 0; n < 12; n++) expect((await login(owner.email, PASSWORD)).status).toBe(200);
  });

  it.each([
    [{}, ['email', 'password']],
    [{ email: 'a@b.example', password: '' }, ['password']],
    [{ email: ['a'], password: 'x' }, ['email']],
    [{ email: 'a\u0000@b.example', password: 'x' }, ['email']],
  ])('names what is wrong with %j', async (body, fields) => {
    const answer = await api.call('POST', LOGIN, { body });
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map(({ field }: { field: string }) => field)).toEqual(fields);
  });

  it('is not done from another site’s page', async () => {
    const { owner } = await api.workspace();
    const elsewhere: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
    ];
    for (const headers of elsewhere) {
      const answer = await login(owner.email, PASSWORD, headers);
      expect(answer.status).toBe(403);
      expect(answer.headers.has('set-cookie')).toBe(false);
    }
    expect((await login(owner.email, PASSWORD, SAME_SITE)).status).toBe(200);
  });

  it('marks the cookie secure when the console is reached over https', async () => {
    const secure = await ConsoleUnderTest.start({ consolePublicUrl: 'https://console.example' });
    try {
      const { owner } = await secure.workspace();
      const answer = await secure.call('POST', LOGIN, { body: { email: owner.email, password: PASSWORD } });
      expect(answer.headers.get('set-cookie')).toMatch(/; Secure$/);
    } finally {
      await secure.stop();
    }
  });
});

describe('a session', () => {
  const grant = (cookie: string, headers: Record<string, string>) =>
    api.call('POST', '/api/v1/credits/grants', { body: { amount: 1 }, headers: { cookie, ...headers } });

  it('changes things only from the console’s own pages', async () => {
    const { owner } = await api.workspace();
    const cookie = await api.signIn(owner);
    const refused: Record<string, string>[] = [
      {},
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'cross-site', origin: 'http://console.example' },
    ];
    for (const headers of refused) {
      const answer = await grant(cookie, headers);
      expect([headers, answer.status, answer.body.type]).toEqual([
        headers,
        403,
        'urn:waypost:problem:cross-site',
      ]);
    }
    const allowed: Record<string, string>[] = [
      SAME_SITE,
      { origin: 'http://console.example' },
      { origin: api.url },
    ];
    for (const headers of allowed) expect((await grant(cookie, headers)).status).toBe(201);
    const balance = await api.call('GET', '/api/v1/credits', { headers: { cookie } });
    expect(balance.body).toMatchObject({ balance: 3 });
  });

  it('of a teammate does not do what only owners may', async () => {
    const { teammate } = await api.workspace();
    const answer = await grant(await api.signIn(teammate), SAME_SITE);
    expect(answer.body).toMatchObject({ status: 403, type: 'urn:waypost:problem:owners-only' });
  });

  it('ends at sign-out, and no other session with it', async () => {
    const { owner } = await api.workspace();
    const [one, other] = [await api.signIn(owner), await api.signIn(owner)];
    const out = await api.call('POST', '/api/v1/auth/logout', { headers: { cookie: one, ...SAME_SITE } });
    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toMatch(/^waypost_session=; Path=\/; Max-Age=0;/);
    expect((await api.call('GET', '/api/v1/me', { headers: { cookie: one } })).status).toBe(401);
    expect((await api.call('GET', '/api/v1/me', { headers: { cookie: other } })).status).toBe(200);
  });

  it('ends after its time, and its row goes at the next sign-in', async () => {
    const { owner } = await api.workspace();
    const cookie = await api.signIn(owner);
    await api.postgres.pool.query('update member_session set expires_at = now() where member_id = $1', [
      owner.memberId,
    ]);
    expect((await api.call('GET', '/api/v1/me', { headers: { cookie } })).status).toBe(401);
    await api.signIn(owner);
    const { rows } = await api.postgres.pool.query('select from member_session where member_id = $1', [
      owner.memberId,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('does not help a request whose token is wrong', async () => {
    const { owner } = await api.workspace();
    const cookie = await api.signIn(owner);
    const answer = await api.call('GET', '/api/v1/me', { token: 'wrong', headers: { cookie } });
    expect(answer.status).toBe(401);
  });

  it('is unknown when the cookie is made up', async () => {
    const cookies = [
      'waypost_session=',
      'waypost_session=abc',
      'waypost_session',
      'x=y; ; =',
      'waypost_session=%00',
    ];
    for (const cookie of cookies) {
      expect((await api.call('GET', '/api/v1/me', { headers: { cookie } })).status).toBe(401);
    }
  });

  it('is not needed beside a token to change things', async () => {
    const person: Person = (await api.workspace()).owner;
    const out = await api.call('POST', '/api/v1/auth/logout', { token: person.token });
    expect(out.status).toBe(204);
    expect((await api.call('GET', '/api/v1/me', { token: person.token })).status).toBe(200);
  });
});
