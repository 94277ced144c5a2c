import { afterAll, describe, expect, it } from '@jest/globals';
import { OwnNats } from '@waypost/testkit';
import { randomUUID } from 'node:crypto';
import { ConsoleUnderTest, PASSWORD, type TestWorkspace } from '../testing/console-under-test.js';
import { EgressStandIn } from '../testing/egress-stand-in.js';
import { listOperations, type Operation } from '../testing/openapi-operations.js';
import type { AccessLevel } from './access.decorator.js';

const nats = await OwnNats.start();
const api = await ConsoleUnderTest.start({ natsUrl: nats.url });
const document = (await api.call('GET', '/api/openapi.json')).body;
const operations = listOperations(document);

const egress = await EgressStandIn.start(nats.url);

afterAll(async () => {
  await egress.stop();
  await api.stop();
  await nats.stop();
});

type Who = 'nobody' | 'teammate' | 'owner' | 'owner of another workspace' | 'revoked token';

/** The daily work in chats, and what changes nothing of a workspace. */
const UNRECORDED = [
  'POST /api/v1/auth/logout',
  'PATCH /api/v1/chats/{chatId}',
  'PUT /api/v1/chats/{chatId}/reading',
  'POST /api/v1/chats/{chatId}/messages',
];

async function latestEntry(workspace: TestWorkspace) {
  const { rows } = await api.postgres.pool.query<{ action: string; member_id: string }>(
    'select action, member_id from audit_entry where workspace_id = $1 order by id desc limit 1',
    [workspace.id],
  );
  return rows[0];
}

/** Each call gets rows of its own, so that the order of the calls does not matter. */
async function prepare(workspace: TestWorkspace): Promise<Record<string, string>> {
  const accountId = await api.account(workspace, 'conflict');
  const chatId = await api.chat(workspace, accountId);
  const { token } = workspace.owner;
  const created = await api.call('POST', '/api/v1/tokens', { token, body: { name: 'to be revoked' } });
  await giveUrls(token);
  const member = await api.call('POST', '/api/v1/members', {
    token,
    body: { email: `${randomUUID()}@shop.example`, fullName: 'New Mate', role: 'teammate' },
  });
  const invitation = await api.call('POST', '/api/v1/invitations', {
    token,
    body: { email: `${randomUUID()}@shop.example`, role: 'teammate' },
  });
  const message = await api.call('POST', `/api/v1/chats/${chatId}/messages`, { token, body: { text: 'Hi' } });
  return {
    accountId,
    chatId,
    tokenId: created.body.id,
    memberId: member.body.id,
    invitationId: invitation.body.id,
    messageId: message.body.id,
  };
}

async function fresh(): Promise<{ workspace: TestWorkspace; ids: Record<string, string> }> {
  const workspace = await api.workspace();
  return { workspace, ids: await prepare(workspace) };
}

/** For the calls that are refused, and so change nothing. */
const spared = fresh();

async function giveUrls(token: string): Promise<void> {
  await api.call('POST', '/api/v1/inbound-webhook/rotate', { token });
  await api.call('PATCH', '/api/v1/outbound-webhook', { token, body: { url: 'https://crm.example' } });
}

async function tokenOf(who: Who, workspace: TestWorkspace): Promise<string | undefined> {
  switch (who) {
    case 'nobody':
      return undefined;
    case 'teammate':
      return workspace.teammate.token;
    case 'owner':
      return workspace.owner.token;
    case 'owner of another workspace': {
      const other = await api.workspace();
      await giveUrls(other.owner.token);
      return other.owner.token;
    }
    case 'revoked token': {
      const { token } = workspace.owner;
      const { body } = await api.call('POST', '/api/v1/tokens', { token, body: { name: 'revoked' } });
      await api.call('DELETE', `/api/v1/tokens/${body.id}`, { token });
      return body.token;
    }
  }
}

function expected(who: Who, access: AccessLevel, operation: Operation): number[] {
  // The document's examples of passwords and links are nobody's.
  if (access === 'public') return operation.successes.concat(401, 410);
  if (who === 'nobody' || who === 'revoked token') return [401];
  if (who === 'teammate' && access === 'owner') return [403];
  if (who === 'owner of another workspace' && operation.namesSomething) return [404];
  return operation.successes;
}

describe.each(operations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
  '%s',
  (_name, operation) => {
    it('declares who may call it', () => {
      expect(['owner', 'member', 'public']).toContain(operation.access);
    });

    it.each<Who>(['nobody', 'teammate', 'owner', 'owner of another workspace', 'revoked token'])(
      'answers %s as declared',
      async (who) => {
        const statuses = expected(who, operation.access, operation);
        const { workspace, ids } = statuses.every((status) => status >= 400) ? await spared : await fresh();
        const token = await tokenOf(who, workspace);
        const known = {
          email: `${randomUUID()}@shop.example`,
          currentPassword: PASSWORD,
          ...(who === 'owner of another workspace'
            ? {}
            : { responsibleMemberId: workspace.teammate.memberId, messageId: ids['messageId'] }),
        };
        const answer = await api.call(operation.method, operation.pathWith(ids), {
          token,
          body: operation.exampleBody(known),
        });

        expect(statuses).toContain(answer.status);
        if (answer.status >= 400) {
          expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
          expect(answer.headers.has('www-authenticate')).toBe(answer.status === 401);
        }
        if (who === 'owner of another workspace') {
          for (const secret of [workspace.id, workspace.owner.memberId, ...Object.values(ids)]) {
            expect(answer.text).not.toContain(secret);
          }
        }
        if (who === 'owner' && operation.changes) {
          const entry = await latestEntry(workspace);
          const isOfThis = entry?.action === operation.described.operationId;
          expect([isOfThis, entry?.member_id]).toEqual([
            !UNRECORDED.includes(`${operation.method} ${operation.path}`),
            workspace.owner.memberId,
          ]);
        }
      },
    );
  },
);

it('opens to teammates and to the public these routes and no others', () => {
  const open = operations.filter(({ access }) => access !== 'owner');
  expect(
    open.map(({ access, method, path }) => `${access} ${method} ${path.replace('/api/v1', '')}`).sort(),
  ).toEqual(
    [
      'public POST /auth/login',
      'public POST /auth/forgot-password',
      'public POST /auth/reset-password',
      'public POST /auth/invitation',
      'public POST /auth/accept-invitation',
      'member POST /auth/logout',
      'member GET /me',
      'member PATCH /me',
      'member POST /me/password',
      'member GET /permalinks/{messageId}',
      'member GET /events',
      'member GET /accounts',
      'member GET /accounts/{accountId}',
      'member GET /chats',
      'member GET /chats/{chatId}',
      'member PATCH /chats/{chatId}',
      'member GET /chats/{chatId}/messages',
      'member POST /chats/{chatId}/messages',
      'member PUT /chats/{chatId}/reading',
      'member GET /statistics/messages',
    ].sort(),
  );
});
