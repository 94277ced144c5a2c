import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ConsoleUnderTest, type TestWorkspace } from '../testing/console-under-test.js';
import { mailedLinks } from '../testing/mailed-links.js';

const PASSWORD = 'a password that is long';

describe('an invitation', () => {
  let api: ConsoleUnderTest;
  let workspace: TestWorkspace;
  let email: string;

  beforeAll(async () => {
    api = await ConsoleUnderTest.start();
  });
  afterAll(() => api.stop());
  beforeEach(async () => {
    workspace = await api.workspace();
    email = `${randomUUID()}@shop.example`;
  });

  const call = (method: string, path: string, body?: unknown) =>
    api.call(method, `/api/v1${path}`, { token: workspace.owner.token, body });
  const invite = (role = 'teammate') => call('POST', '/invitations', { email, role });
  const pending = async () => (await call('GET', '/invitations')).body.items;
  const offer = (token: string) => api.call('POST', '/api/v1/auth/invitation', { body: { token } });
  const accept = (token: string, fullName = 'Tom Mate') =>
    api.call('POST', '/api/v1/auth/accept-invitation', { body: { token, fullName, password: PASSWORD } });
  const tokenOf = (link: string) => link.split('#')[1]!;

  it('is mailed, and makes a member who is signed in, once', async () => {
    const { status, body } = await invite();
    expect([status, body]).toMatchObject([201, { email, role: 'teammate', mailState: 'waiting' }]);
    const [mail] = await mailedLinks(api, email);
    expect(mail).toMatchObject({ page: 'http://console.example/invitation', token: tokenOf(body.link) });
    expect(mail!.subject).toBe('Amina Haddad invites you to Shop');
    expect((await pending()).map(({ id }: { id: string }) => id)).toEqual([body.id]);
    expect((await offer(mail!.token)).body).toEqual({ email, role: 'teammate', workspaceName: 'Shop' });

    const joined = await accept(mail!.token);
    expect([joined.status, joined.body]).toMatchObject([
      200,
      { email, role: 'teammate', fullName: 'Tom Mate' },
    ]);
    const cookie = joined.headers.get('set-cookie')!.split(';')[0]!;
    expect((await api.call('GET', '/api/v1/me', { headers: { cookie } })).body).toEqual(joined.body);
    const login = await api.call('POST', '/api/v1/auth/login', { body: { email, password: PASSWORD } });
    expect(login.status).toBe(200);
    expect(await pending()).toEqual([]);
    expect([(await accept(mail!.token)).status, (await offer(mail!.token)).status]).toEqual([410, 410]);
    expect((await call('GET', '/audit-log')).body.items).toMatchObject([
      { summary: 'Joined by an invitation', via: 'link', subject: 'Tom Mate', details: { email } },
      { action: 'Invitations_create', subject: email, details: { email, role: 'teammate' } },
    ]);
  });

  it('is sealed in the database', async () => {
    const token = tokenOf((await invite()).body.link);
    const { rows } = await api.postgres.pool.query(
      'select i.*, m.* from invitation i join mail m on m.id = i.mail_id where i.email = $1',
      [email],
    );
    expect(rows).toHaveLength(1);
    for (const value of Object.values(rows[0])) {
      expect(Buffer.isBuffer(value) ? value.includes(token) : String(value).includes(token)).toBe(false);
    }
  });

  it('is replaced when it is sent again or made again: the link before works no more', async () => {
    const first = (await invite()).body;
    const second = (await call('POST', `/invitations/${first.id}/resend`)).body;
    const third = (await invite('owner')).body;
    expect(second.id).toBe(first.id);
    expect(await pending()).toHaveLength(1);
    expect(await mailedLinks(api, email)).toHaveLength(1);
    for (const { link } of [first, second]) expect((await accept(tokenOf(link))).status).toBe(410);
    expect((await accept(tokenOf(third.link))).body).toMatchObject({ role: 'owner' });
  });

  it('ends when it is withdrawn, with its mail, and when it is too old', async () => {
    const withdrawn = (await invite()).body;
    expect((await call('DELETE', `/invitations/${withdrawn.id}`)).status).toBe(204);
    expect([await pending(), await mailedLinks(api, email)]).toEqual([[], []]);
    expect((await accept(tokenOf(withdrawn.link))).status).toBe(410);

    const old = (await invite()).body;
    await api.postgres.pool.query('update invitation set expires_at = now() where id = $1', [old.id]);
    expect((await accept(tokenOf(old.link))).status).toBe(410);
    expect(await pending()).toMatchObject([{ id: old.id, link: null }]);
  });

  it('is accepted once, however many try at the same time', async () => {
    const token = tokenOf((await invite()).body.link);
    const answers = await Promise.all(['A', 'B', 'C'].map((name) => accept(token, name)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410]);
  });

  it('is not sent to who is a member, and is one, however many owners invite at the same time', async () => {
    email = workspace.teammate.email.toUpperCase();
    expect((await invite()).body.type).toBe('urn:waypost:problem:email-taken');
    email = `${randomUUID()}@shop.example`;
    const answers = await Promise.all([invite(), invite(), invite()]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(await pending()).toHaveLength(1);
  });

  it('finds out when its person became a member elsewhere meanwhile', async () => {
    const token = tokenOf((await invite()).body.link);
    const other = await api.workspace();
    const body = { email, fullName: 'Tom', role: 'teammate' };
    await api.call('POST', '/api/v1/members', { token: other.owner.token, body });
    const refused = await accept(token);
    expect([refused.status, refused.body.type]).toEqual([409, 'urn:waypost:problem:email-taken']);
  });

  it('is mailed fifty times an hour at most, over the whole workspace', async () => {
    const { body } = await invite();
    await api.postgres.pool.query(`update attempt_window set attempts = 50`);
    const refused = await call('POST', `/invitations/${body.id}/resend`);
    expect([refused.status, Number(refused.headers.get('retry-after')) > 3_000]).toEqual([429, true]);
    await api.postgres.pool.query('delete from attempt_window');
  });
});
