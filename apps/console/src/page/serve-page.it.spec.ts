import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleUnderTest } from '../testing/console-under-test.js';

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the page', () => {
  let api: ConsoleUnderTest;

  beforeAll(async () => {
    api = await ConsoleUnderTest.start();
  });
  afterAll(() => api.stop());

  const open = (path: string) => api.call('GET', path, { headers: BROWSER });

  it.each([
    '/',
    '/sign-in',
    '/accounts',
    '/chats',
    '/chat/10010001/messages/',
    '/permalink/0192f7a0-0000-7000-8000-000000000005/',
    '/integrations/inbound-webhooks',
    '/integrations/outbound-webhook',
    '/credits',
    '/team',
    '/settings',
    '/audit-log',
    '/forgot-password',
    '/reset-password',
    '/invitation',
  ])('is at %s and never kept', async (path) => {
    const answer = await open(path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.text).toContain('<div id="root">');
  });

  it('says itself that there is nothing at a path, and leaves the paths of the API to the API', async () => {
    const unknown = await open('/no/such/page');
    expect([unknown.status, unknown.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    for (const path of ['/api/v1/nothing', '/api/nothing', '/assets/nothing.js']) {
      const answer = await open(path);
      expect([path, answer.status, answer.body?.type]).toEqual([path, 404, 'urn:waypost:problem:not-found']);
    }
  });

  it('runs only its own scripts, under a policy whose nonce is used once', async () => {
    const [one, other] = [await open('/'), await open('/')];
    const nonce = (answer: typeof one) => /name="csp-nonce" content="([^"]+)"/.exec(answer.text)![1]!;
    expect(nonce(one)).not.toBe(nonce(other));
    const policy = one.headers.get('content-security-policy')!;
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce(one)}'`);
    expect(policy).toContain(`default-src 'none'; script-src 'self';`);
    expect(policy).not.toContain('unsafe');
    for (const [, attributes, content] of one.text.matchAll(/<script([^>]*)>([^<]*)/g)) {
      expect([attributes, content]).toEqual([expect.stringContaining(' src="/assets/'), '']);
    }
  });

  it('has assets that are kept for ever and come compressed', async () => {
    const script = /src="(\/assets\/[^"]+\.js)"/.exec((await open('/')).text)![1]!;
    const answer = await api.call('GET', script, { headers: { 'accept-encoding': 'br' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-encoding')).toBe('br');
  });
});
