import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccessSweep } from '../access/access-sweep.js';
import { ConsoleUnderTest, PASSWORD, type Person } from '../testing/console-under-test.js';
import { mailedLinks } from '../testing/mailed-links.js';

const NEW_PASSWORD = 'a password that is long';

let api: ConsoleUnderTest;

beforeAll(async () => {
  api = await ConsoleUnderTest.start({ trustProxy: ['127.0.0.1'] });
});
afterAll(() => api.stop());

let addresses = 0;
/** As from an address of its own, so that tests do not use up each other's attempts. */
const post = (path: string, body: object, address = `192.0.2.${++addresses}`) =>
  api.call('POST', `/api/v1/auth/${path}`, { body, headers: { 'x-forwarded-for': address } });
const forgot = (email: string, address?: string) => post('forgot-password', { email }, address);
const reset = (token: string, newPassword = NEW_PASSWORD) => post('reset-password', { token, newPassword });
const login = (email: string, password: string) => post('login', { email, password });
const linksOf = (person: Person) => mailedLinks(api, person.email);

async function askedBy(person: Person): Promise<string> {
  await forgot(person.email);
  return (await linksOf(person)).at(-1)!.token;
}

describe('a new password by mail', () => {
  it('comes by a link that works once, signs out everywhere, and is in the audit log', async () => {
    const { owner, teammate } = await api.workspace();
    const cookie = await api.signIn(teammate);
    expect((await forgot(teammate.email.toUpperCase())).status).toBe(204);
    const [mail] = await linksOf(teammate);
    expect(mail).toMatchObject({ recipient: teammate.email, page: 'http://console.example/reset-password' });

    expect((await reset(mail!.token)).status).toBe(204);
    expect((await api.call('GET', '/api/v1/me', { headers: { cookie } })).status).toBe(401);
    expect((await login(teammate.email, PASSWORD)).status).toBe(401);
    expect((await login(teammate.email, NEW_PASSWORD)).status).toBe(200);
    const again = await reset(mail!.token, 'another password that is long');
    expect([again.status, again.body.type]).toEqual([410, 'urn:waypost:problem:link-not-valid']);
    const log = await api.call('GET', '/api/v1/audit-log', { token: owner.token });
    expect(log.body.items[0]).toMatchObject({
      action: 'Passwords_reset',
      via: 'link',
      member: { id: teammate.memberId },
    });
  });

  it('is answered alike whether the e-mail is a member’s or not, and mails to members only', async () => {
    const { owner } = await api.workspace();
    const [known, unknown] = [await forgot(owner.email), await forgot('nobody@shop.example')];
    expect([unknown.status, unknown.text]).toEqual([known.status, known.text]);
    expect([...unknown.headers.keys()]).toEqual([...known.headers.keys()]);
    expect(await mailedLinks(api, 'nobody@shop.example')).toEqual([]);
  });

  it('is kept from owners, from the database, and from the next link', async () => {
    const { owner, teammate } = await api.workspace();
    const first = await askedBy(teammate);
    const second = await askedBy(teammate);
    const mails = await api.call('GET', '/api/v1/mails', { token: owner.token });
    expect(mails.body.items).toEqual([]);
    const { rows } = await api.postgres.pool.query('select * from mail, password_reset');
    for (const token of [first, second]) {
      expect(JSON.stringify(rows)).not.toContain(token);
      expect(rows.some(({ link_sealed }) => link_sealed.includes(token))).toBe(false);
    }
    expect((await reset(first)).status).toBe(410);
    expect((await reset(second, 'short')).body.errors).toMatchObject([{ field: 'newPassword' }]);
    expect((await reset(second)).status).toBe(204);
  });

  it('comes too late after an hour, or after the password was changed', async () => {
    const { owner, teammate } = await api.workspace();
    const late = await askedBy(owner);
    await api.postgres.pool.query('update password_reset set expires_at = now() where member_id = $1', [
      owner.memberId,
    ]);
    expect((await reset(late)).status).toBe(410);
    const overtaken = await askedBy(teammate);
    const body = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    await api.call('POST', '/api/v1/me/password', { token: teammate.token, body });
    expect((await reset(overtaken)).status).toBe(410);
  });

  it('is used once, however many try at the same time', async () => {
    const { owner } = await api.workspace();
    const token = await askedBy(owner);
    const statuses = (await Promise.all([1, 2, 3].map((n) => reset(token, `${NEW_PASSWORD} ${n}`)))).map(
      ({ status }) => status,
    );
    expect(statuses.sort()).toEqual([204, 410, 410]);
  });

  it('is asked for three times an hour for an e-mail, and ten times in a while from an address', async () => {
    const { owner } = await api.workspace();
    for (const email of [owner.email, 'nobody-else@shop.example']) {
      const answers = await Promise.all([1, 2, 3, 4, 5].map(() => forgot(email)));
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 204, 204, 429, 429]);
    }
    const sprayed = await Promise.all(
      Array.from({ length: 12 }, (_, n) => forgot(`${n}@spray.example`, '198.51.100.9')),
    );
    expect(sprayed.filter(({ status }) => status === 429)).toHaveLength(2);
  });

  it('leaves nothing behind when it is over', async () => {
    const { owner } = await api.workspace();
    await askedBy(owner);
    await api.postgres.pool.query(
      `update password_reset set expires_at = now(); update mail set expires_at = now()`,
    );
    await api.get(AccessSweep).sweep();
    const { rows } = await api.postgres.pool.query(
      `select (select count(*) from password_reset) + (select count(*) from mail) + (select count(*) from lane_item) as left`,
    );
    expect(rows).toEqual([{ left: '0' }]);
  });

  it('lets somebody in whom others locked out by guessing', async () => {
    const { owner } = await api.workspace();
    await Promise.all(Array.from({ length: 10 }, () => login(owner.email, 'wrong')));
    expect((await login(owner.email, PASSWORD)).status).toBe(429);
    await reset(await askedBy(owner));
    expect((await login(owner.email, NEW_PASSWORD)).status).toBe(200);
  });
});
