import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ConsoleUnderTest, PASSWORD, type TestWorkspace } from '../testing/console-under-test.js';

describe('members', () => {
  let api: ConsoleUnderTest;
  let workspace: TestWorkspace;

  beforeAll(async () => {
    api = await ConsoleUnderTest.start();
  });
  afterAll(() => api.stop());
  beforeEach(async () => {
    workspace = await api.workspace();
  });

  const call = (method: string, path: string, body?: unknown) =>
    api.call(method, `/api/v1${path}`, { token: workspace.owner.token, body });
  const login = (email: string, password: string) =>
    api.call('POST', '/api/v1/auth/login', { body: { email, password } });
  const fresh = (fields: object = {}) => ({
    email: `${randomUUID()}@shop.example`,
    fullName: 'New Mate',
    role: 'teammate',
    ...fields,
  });

  it('are added with a first password that is shown once and works', async () => {
    const person = fresh();
    const { status, body } = await call('POST', '/members', person);
    expect([status, body]).toMatchObject([
      201,
      { ...person, firstPassword: expect.stringMatching(/^.{21}$/) },
    ]);
    expect((await login(person.email, body.firstPassword)).body).toMatchObject({ role: 'teammate' });
    const list = await call('GET', '/members');
    expect(list.text).not.toContain(body.firstPassword);
    expect(list.body.items.map(({ id }: { id: string }) => id)).toEqual([
      workspace.owner.memberId,
      workspace.teammate.memberId,
      body.id,
    ]);
  });

  it('have an e-mail each, across workspaces and whatever its case', async () => {
    const other = await api.workspace();
    const taken = await call('POST', '/members', fresh({ email: other.owner.email.toUpperCase() }));
    expect([taken.status, taken.body.type]).toEqual([409, 'urn:waypost:problem:email-taken']);
  });

  it.each([
    [{ email: 'nobody' }, 'email'],
    [{ fullName: '' }, 'fullName'],
    [{ role: 'king' }, 'role'],
  ])('are not added with %j', async (wrong, field) => {
    const answer = await call('POST', '/members', fresh(wrong));
    expect([answer.status, answer.body.errors]).toMatchObject([400, [{ field }]]);
  });

  it('change their role for their next request', async () => {
    const { teammate } = workspace;
    const see = () => api.call('GET', '/api/v1/credits', { token: teammate.token });
    expect((await see()).status).toBe(403);
    const changed = await call('PATCH', `/members/${teammate.memberId}`, { role: 'owner' });
    expect(changed.body).toMatchObject({ role: 'owner', fullName: 'Tom Mate' });
    expect((await see()).status).toBe(200);
  });

  it('always include an owner, also when the last two step down at once', async () => {
    const { owner, teammate } = workspace;
    for (const last of [
      await call('PATCH', `/members/${owner.memberId}`, { role: 'teammate' }),
      await call('DELETE', `/members/${owner.memberId}`),
    ]) {
      expect([last.status, last.body.type]).toEqual([409, 'urn:waypost:problem:last-owner']);
    }
    await call('PATCH', `/members/${teammate.memberId}`, { role: 'owner' });
    const stepDown = (person: typeof owner) =>
      api.call('PATCH', `/api/v1/members/${person.memberId}`, {
        token: person.token,
        body: { role: 'teammate' },
      });
    const statuses = (await Promise.all([stepDown(owner), stepDown(teammate)])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 409]);
  });

  it('are removed with their sessions and tokens, and leave their accounts, chats and messages', async () => {
    const { teammate, owner } = workspace;
    await call('PATCH', `/members/${teammate.memberId}`, { role: 'owner' });
    const accountId = await api.account(workspace);
    const chatId = await api.chat(workspace, accountId);
    const asTeammate = (method: string, path: string, body?: unknown) =>
      api.call(method, `/api/v1${path}`, { token: teammate.token, body });
    const added = (await asTeammate('POST', '/accounts', { network: 'sandbox' })).body.id;
    await asTeammate('POST', `/chats/${chatId}/messages`, { text: 'From Tom' });
    await call('PATCH', `/chats/${chatId}`, { responsibleMemberId: teammate.memberId });
    const cookie = await api.signIn(teammate);

    expect((await call('DELETE', `/members/${teammate.memberId}`)).status).toBe(204);
    expect((await asTeammate('GET', '/me')).status).toBe(401);
    expect((await api.call('GET', '/api/v1/me', { headers: { cookie } })).status).toBe(401);
    expect((await login(teammate.email, PASSWORD)).status).toBe(401);
    expect((await call('GET', `/accounts/${added}`)).body.owner.id).toBe(owner.memberId);
    expect((await call('GET', `/chats/${chatId}`)).body).toMatchObject({
      responsible: null,
      lastMessage: { direction: 'sent', text: 'From Tom', attachmentName: null, state: 'queued' },
    });
    const [message] = (await call('GET', `/chats/${chatId}/messages`)).body.items;
    expect(message).toMatchObject({ text: 'From Tom', sender: { name: null } });
  });
});

describe('a member', () => {
  let api: ConsoleUnderTest;

  beforeAll(async () => {
    api = await ConsoleUnderTest.start();
  });
  afterAll(() => api.stop());

  it('changes the own name', async () => {
    const { token } = (await api.workspace()).teammate;
    const { body } = await api.call('PATCH', '/api/v1/me', { token, body: { fullName: 'Tom Other' } });
    expect(body).toMatchObject({ fullName: 'Tom Other', role: 'teammate' });
  });

  it('changes the own password, which ends the other sessions', async () => {
    const { teammate } = await api.workspace();
    const [here, elsewhere] = [await api.signIn(teammate), await api.signIn(teammate)];
    const change = (currentPassword: string, newPassword: string) =>
      api.call('POST', '/api/v1/me/password', {
        headers: { cookie: here, 'sec-fetch-site': 'same-origin' },
        body: { currentPassword, newPassword },
      });
    const wrong = await change('wrong', 'a password that is long');
    expect([wrong.status, wrong.body.errors]).toMatchObject([400, [{ field: 'currentPassword' }]]);
    expect((await change(PASSWORD, 'short')).body.errors).toMatchObject([{ field: 'newPassword' }]);

    expect((await change(PASSWORD, 'a password that is long')).status).toBe(204);
    const me = (cookie: string) => api.call('GET', '/api/v1/me', { headers: { cookie } });
    expect([(await me(here)).status, (await me(elsewhere)).status]).toEqual([200, 401]);
    const login = (password: string) =>
      api.call('POST', '/api/v1/auth/login', { body: { email: teammate.email, password } });
    expect((await login(PASSWORD)).status).toBe(401);
    expect((await login('a password that is long')).status).toBe(200);
  });
});
