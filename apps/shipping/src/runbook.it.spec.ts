import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import { settingsOf } from './chart/settings.js';
import { read } from './project.js';

const text = read('docs/operations.md');
const statements = [...text.matchAll(/^( *)```sql\n(.*?)^ *```$/gms)]
  .map(([, , sql]) => sql!)
  .filter((sql) => !sql.startsWith('create role'));
const APPS = ['console', 'dispatcher', 'egress', 'ingress', 'sandbox', 'wa-session'];

describe('the runbook', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  it.each(statements.map((sql) => [sql.trim().split('\n')[0]!, sql]))(
    'has SQL that runs: %s',
    async (_line, sql) => {
      const client = await database.pool.connect();
      try {
        await client.query('begin');
        await expect(client.query(sql)).resolves.toBeDefined();
      } finally {
        await client.query('rollback');
        client.release();
      }
    },
  );

  it('names only settings that exist', () => {
    const ofNode = 'NODE_OPTIONS';
    const known = new Set([ofNode, ...APPS.flatMap((app) => [...settingsOf(app).keys()])]);
    const named = [...text.matchAll(/`(?:services\.[\w-]+\.env\.)?([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)`/g)].map(
      ([, key]) => key!,
    );
    expect(named.filter((key) => !known.has(key))).toEqual([]);
  });

  it('links only to sections that it has', () => {
    const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
      title!
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor!);
    expect(links.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });
});
