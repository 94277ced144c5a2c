import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { BreakableProxy } from '../testing/breakable-proxy.js';
import { ConsoleUnderTest, PASSWORD, type Answer } from '../testing/console-under-test.js';

let api: ConsoleUnderTest;
let token: string;

beforeAll(async () => {
  api = await ConsoleUnderTest.start();
  token = (await api.workspace()).owner.token;
});
afterAll(() => api.stop());

function expectProblem(answer: Answer, status: number, kind: string) {
  expect([answer.status, answer.body]).toEqual([
    status,
    {
      type: `urn:waypost:problem:${kind}`,
      title: expect.any(String),
      status,
      detail: expect.stringMatching(/./),
      errors: expect.any(Array),
    },
  ]);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
}

describe('a refusal is application/problem+json', () => {
  it.each([
    ['GET', '/api/v1/nothing'],
    ['GET', '/nothing'],
    ['DELETE', '/api/v1/me'],
    ['POST', '/api/openapi.json'],
  ])('for %s %s, which does not exist', async (method, path) => {
    const answer = await api.call(method, path);
    expectProblem(answer, 404, 'not-found');
    expect(answer.body.detail).toContain(path);
  });

  it.each(['{"amount": }', '{', 'nonsense', '{"amount": 1} x'])('for the malformed JSON %j', async (body) => {
    const answer = await api.call('POST', '/api/v1/credits/grants', { token, body });
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.detail).toMatch(/not valid JSON/);
  });

  it.each(['[]', '"text"', '7', 'null', '[{"amount":1}]', '{"__proto__": {"amount": 1}}'])(
    'for the body %s, which is no plain object',
    async (body) => {
      const answer = await api.call('POST', '/api/v1/credits/grants', { token, body });
      expect(answer.status).toBe(400);
      expectProblem(answer, 400, answer.body.type.split(':').at(-1));
    },
  );

  it('for no body at all', async () => {
    const answer = await api.call('POST', '/api/v1/credits/grants', { token });
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.errors).toMatchObject([{ field: 'amount' }]);
  });

  it('for fields that do not exist, and every wrong field by name', async () => {
    const answer = await api.call('POST', '/api/v1/credits/grants', {
      token,
      body: { amount: 0, note: 1, colour: 'red' },
    });
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
      'amount',
      'colour',
      'note',
    ]);
    expect(answer.body.errors).toContainEqual({
      field: 'colour',
      message: 'colour is not known here; leave it out',
    });
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
  ])('for a body of type %s', async (type) => {
    const answer = await api.call('POST', '/api/v1/credits/grants', {
      token,
      body: 'amount=1',
      headers: { 'content-type': type },
    });
    expectProblem(answer, 415, 'not-json');
  });

  it('for a body over the limit', async () => {
    const body = { amount: 1, note: 'x'.repeat(600_000) };
    expectProblem(await api.call('POST', '/api/v1/credits/grants', { token, body }), 413, 'body-too-large');
  });

  it('for a body that is no UTF-8', async () => {
    const body = Buffer.from('{"amount": 1, "note": "\xff"}', 'latin1');
    const response = await fetch(`${api.url}/api/v1/credits/grants`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body,
    });
    expect(await response.json()).toMatchObject({ status: 400, detail: 'The body is not valid UTF-8.' });
  });

  it('for a path that is no UTF-8', async () => {
    expectProblem(await api.call('GET', '/api/v1/chats/%ff'), 400, 'bad-http');
  });

  it('for a path that is too long', async () => {
    const answer = await api.call('GET', `/api/v1/chats/${'1'.repeat(2_000)}`, { token });
    expect([404, 414]).toContain(answer.status);
    expectProblem(answer, answer.status, answer.status === 404 ? 'not-found' : 'bad-http');
  });
});

it('an empty body is no body, even when it claims to be JSON', async () => {
  const status = await new Promise((resolve, reject) => {
    const post = request(`${api.url}/api/v1/inbound-webhook/rotate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': 0 },
    });
    post.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
    post.end();
  });
  expect(status).toBe(200);
});

it('no answer may be kept on the way or be shown inside another page', async () => {
  for (const answer of [
    await api.call('GET', '/api/v1/me', { token }),
    await api.call('GET', '/api/v1/me'),
  ]) {
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain('frame-ancestors');
  }
});

describe('when Postgres is away', () => {
  it('the API answers 503 with Retry-After, and works again when Postgres is back', async () => {
    const proxy = await BreakableProxy.start(new URL(api.postgres.url));
    const behind = await ConsoleUnderTest.start({}, (url) => proxy.through(url));
    try {
      const { owner } = await behind.workspace();
      const me = () => behind.call('GET', '/api/v1/me', { token: owner.token });
      const login = () =>
        behind.call('POST', '/api/v1/auth/login', { body: { email: owner.email, password: PASSWORD } });
      expect((await me()).status).toBe(200);
      proxy.break();
      for (const answer of [await me(), await login(), await me()]) {
        expectProblem(answer, 503, 'unavailable');
        expect(answer.headers.get('retry-after')).toBe('5');
        expect(answer.text).not.toMatch(/ECONN|127\.0\.0\.1|terminat/);
      }
      await proxy.mend();
      expect((await me()).status).toBe(200);
    } finally {
      await behind.stop();
      await proxy.stop();
    }
  });
});
