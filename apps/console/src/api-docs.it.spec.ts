import { afterAll, describe, expect, it } from '@jest/globals';
import { ConsoleUnderTest } from './testing/console-under-test.js';
import { listOperations, resolve } from './testing/openapi-operations.js';

const api = await ConsoleUnderTest.start();
const document = (await api.call('GET', '/api/openapi.json')).body;
const operations = listOperations(document);

afterAll(() => api.stop());

describe('the OpenAPI document', () => {
  it('has the paths that scripts rely on', () => {
    expect(operations.map(({ method, path }) => `${method} ${path.replace('/api/v1', '')}`).sort()).toEqual(
      [
        'POST /auth/login',
        'POST /auth/logout',
        'POST /auth/forgot-password',
        'POST /auth/reset-password',
        'POST /auth/invitation',
        'POST /auth/accept-invitation',
        'GET /invitations',
        'POST /invitations',
        'POST /invitations/{invitationId}/resend',
        'DELETE /invitations/{invitationId}',
        'GET /audit-log',
        'GET /me',
        'PATCH /me',
        'POST /me/password',
        'GET /members',
        'POST /members',
        'PATCH /members/{memberId}',
        'DELETE /members/{memberId}',
        'GET /permalinks/{messageId}',
        'GET /tokens',
        'POST /tokens',
        'DELETE /tokens/{tokenId}',
        'GET /accounts',
        'POST /accounts',
        'GET /accounts/{accountId}',
        'PATCH /accounts/{accountId}',
        'DELETE /accounts/{accountId}',
        'POST /accounts/{accountId}/reconnect',
        'POST /accounts/{accountId}/logout',
        'GET /accounts/{accountId}/pairing',
        'POST /accounts/{accountId}/pairing',
        'POST /accounts/{accountId}/pairing/scan',
        'GET /events',
        'GET /chats',
        'GET /chats/{chatId}',
        'PATCH /chats/{chatId}',
        'PUT /chats/{chatId}/reading',
        'GET /chats/{chatId}/messages',
        'POST /chats/{chatId}/messages',
        'GET /statistics/messages',
        'GET /statistics/credits',
        'GET /inbound-webhook',
        'PATCH /inbound-webhook',
        'POST /inbound-webhook/rotate',
        'POST /inbound-webhook/test',
        'GET /inbound-webhook/attempts',
        'GET /inbound-webhook/attempts/download',
        'GET /outbound-webhook',
        'PATCH /outbound-webhook',
        'POST /outbound-webhook/test',
        'POST /outbound-webhook/flush',
        'POST /outbound-webhook/rotate-secret',
        'GET /outbound-webhook/requests',
        'GET /outbound-webhook/requests/download',
        'GET /mails',
        'GET /credits',
        'GET /credits/ledger',
        'PUT /credits/allowance',
        'POST /credits/grants',
      ].sort(),
    );
  });

  it('names every operation once', () => {
    const ids = operations.map(({ described }) => described.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(operations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
    'describes %s: summary, tag, security, answers, errors, examples',
    (_name, operation) => {
      const { described } = operation;
      expect(described.summary).toMatch(/\w/);
      expect(described.tags).toHaveLength(1);
      expect(described.security).toEqual(
        operation.access === 'public' ? undefined : [{ token: [] }, { session: [] }],
      );
      expect(described).not.toHaveProperty('x-refuses');

      expect(operation.successes).toHaveLength(1);
      const success = described.responses[operation.successes[0]!];
      expect(success.description).toMatch(/\w/);
      const fields = success.content?.['application/json']?.schema;
      expect(success.content === undefined).toBe(operation.successes[0] === 204);
      if (fields) expectExamples(fields);
      if (described.requestBody) expectExamples(described.requestBody.content['application/json'].schema);

      const refusals = Object.keys(described.responses).filter((status) => status >= '400');
      const needed = ['500', '503', ...(operation.access === 'public' ? [] : ['401', '403'])];
      if (operation.namesSomething) needed.push('404');
      if (described.requestBody) needed.push('400', '413', '415');
      expect(refusals).toEqual(expect.arrayContaining(needed));
      for (const status of refusals) {
        const problem = described.responses[status].content['application/problem+json'];
        expect(problem.schema).toEqual({ $ref: '#/components/schemas/Problem' });
        expect(Object.values(problem.examples).length).toBeGreaterThan(0);
      }
    },
  );

  function expectExamples(schema: { $ref: string }): void {
    const { properties } = resolve(document, schema);
    for (const [name, property] of Object.entries<Record<string, unknown>>(properties)) {
      const nested = property['$ref'] ?? property['allOf'] ?? property['items'];
      if (nested === undefined)
        expect([name, Object.keys(property)]).toEqual([name, expect.arrayContaining(['example'])]);
    }
  }
});

describe('the documentation page', () => {
  it('needs nothing from elsewhere', async () => {
    const page = await api.call('GET', '/api/docs/');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
    expect(assets.length).toBeGreaterThan(3);
    for (const asset of assets) {
      expect(asset).not.toMatch(/^(https?:)?\/\//);
      const { status } = await api.call('GET', new URL(asset, 'http://x/api/docs/').pathname);
      expect([asset, status]).toEqual([asset, 200]);
    }
  });

  it('may run its own scripts and no others', async () => {
    const policy = (await api.call('GET', '/api/docs')).headers.get('content-security-policy')!;
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('upgrade-insecure-requests');
  });
});
