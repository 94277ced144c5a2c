import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import { read } from '../project.js';
import { readDashboards } from './dashboards.js';

const ACCOUNT = '01890000-0000-7000-8000-000000000001';

const ROLE = `grafana_${process.pid}`;

const panels = readDashboards().flatMap(({ panels: all }) =>
  all.flatMap(({ title, targets }) =>
    (targets ?? []).filter(({ rawSql }) => rawSql).map(({ rawSql }): [string, string] => [title, rawSql!]),
  ),
);

/** As Grafana writes it out. */
function expand(sql: string): string {
  return sql
    .replaceAll('$account', ACCOUNT)
    .replaceAll(/\$__timeFilter\((\w+)\)/g, "$1 between now() - interval '6 hours' and now()");
}

describe('the dashboard of accounts', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    const grants = read('docs/operations.md').match(/```sql\n(create role grafana[^`]+)```/)?.[1];
    expect(grants).toBeDefined();
    // Roles belong to the server, which other tests share: this one's has a name of its own and cannot sign in.
    await database.pool.query(grants!.replace('login', 'nologin').replaceAll(/\bgrafana\b/g, ROLE));
  });

  afterAll(async () => {
    await database.pool.query(`drop owned by ${ROLE}; drop role ${ROLE}`);
    await database.drop();
  });

  it.each(panels)('asks for what the schema has and its role may see: %s', async (_title, sql) => {
    const client = await database.pool.connect();
    try {
      await client.query(`set role ${ROLE}`);
      const { rows } = await client.query(expand(sql));
      expect(rows).toEqual([]);
    } finally {
      await client.query('reset role');
      client.release();
    }
  });

  it('cannot see texts and keys', async () => {
    const client = await database.pool.connect();
    try {
      await client.query(`set role ${ROLE}`);
      for (const [column, table] of [
        ['text', 'message'],
        ['sealed', 'wa_creds'],
        ['event', 'wa_event'],
        ['secret_sealed', 'outbound_endpoint'],
        ['password_hash', 'member'],
      ]) {
        await expect(client.query(`select ${column} from ${table}`)).rejects.toThrow('permission denied');
      }
    } finally {
      await client.query('reset role');
      client.release();
    }
  });
});
