import { describe, expect, it } from '@jest/globals';
import { createTestDatabase } from './test-database.js';

describe('a test database', () => {
  it('is the caller’s alone, however many are made at once', async () => {
    const databases = await Promise.all(Array.from({ length: 6 }, () => createTestDatabase()));
    try {
      await Promise.all(databases.map(({ pool }) => pool.query('CREATE TABLE mine (id int)')));
      expect(new Set(databases.map(({ url }) => url)).size).toBe(6);
    } finally {
      await Promise.all(databases.map((database) => database.drop()));
    }
  });

  it('is gone after drop', async () => {
    const kept = await createTestDatabase();
    const dropped = await createTestDatabase();
    await dropped.drop();
    const name = new URL(dropped.url).pathname.slice(1);
    const { rows } = await kept.pool.query('SELECT datname FROM pg_database WHERE datname = $1', [name]);
    await kept.drop();
    expect(rows).toEqual([]);
  });
});
