import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import { verifyPassword } from '@waypost/persistence';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

interface Ended {
  code: number;
  out: string;
  err: string;
}

function admin(databaseUrl: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], DATABASE_URL: databaseUrl };
    execFile(process.execPath, [program, ...args], { env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });
}

describe('the admin program', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  it('migrates an empty database, and again without harm, twice at the same time', async () => {
    await database.pool.query('drop schema public cascade; create schema public');
    const runs = await Promise.all([admin(database.url, 'migrate'), admin(database.url, 'migrate')]);
    expect(runs.map(({ code, err }) => [code, err])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect((await admin(database.url, 'migrate')).code).toBe(0);
    expect((await database.pool.query('select count(*) from workspace')).rows).toEqual([{ count: '0' }]);
  });

  it('creates a workspace whose owner can sign in with the printed password, once', async () => {
    const create = () =>
      admin(database.url, 'create-workspace', '--name', 'Shop', '--email', 'amina@shop.example');
    const { code, out } = await create();
    expect(code).toBe(0);
    const { rows } = await database.pool.query(
      'select m.role, m.password_hash, w.name from member m join workspace w on w.id = m.workspace_id where m.email = $1',
      ['amina@shop.example'],
    );
    expect(rows).toMatchObject([{ role: 'owner', name: 'Shop' }]);
    const password = out.match(/^Password (.+)$/m)?.[1] ?? '';
    expect(await verifyPassword(password, rows[0].password_hash)).toBe(true);
    const again = await create();
    expect([again.code, again.err]).toEqual([
      78,
      'A member with the e-mail amina@shop.example is there already.\n',
    ]);
  });

  it('says what is missing', async () => {
    expect(await admin('', 'migrate')).toMatchObject({
      code: 78,
      err: expect.stringMatching(/DATABASE_URL must look like/),
    });
    expect(await admin(database.url)).toMatchObject({ code: 78, err: expect.stringMatching(/Usage:/) });
    expect(await admin(database.url, 'create-workspace')).toMatchObject({
      code: 78,
      err: expect.stringMatching(/needs --name and --email/),
    });
  });

  it('reports a database that does not answer, without the password', async () => {
    const { code, err } = await admin('postgres://waypost:secret@127.0.0.1:1/waypost', 'migrate');
    expect([code, err]).toEqual([1, expect.stringMatching(/ECONNREFUSED/)]);
    expect(err).not.toContain('secret');
  });
});
