import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '@waypost/persistence';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import { ensureDemoWorkspace } from './demo-workspace.js';

describe('the demo workspace', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let kept: string[];

  beforeEach(async () => {
    testDatabase = await createTestDatabase();
    database = await Database.open({ url: testDatabase.url, applicationName: 'test' });
    kept = [];
  });

  afterEach(async () => {
    await database.close();
    await testDatabase.drop();
  });

  function ensure(keepApiToken = async (token: string) => void kept.push(token)) {
    return ensureDemoWorkspace(database, {
      ownerPassword: 'a password',
      apiToken: kept.at(-1),
      keepApiToken,
    });
  }

  async function workspaces(): Promise<number> {
    return (await testDatabase.pool.query('select from workspace')).rows.length;
  }

  it('is created once, with a token that is kept', async () => {
    const first = await ensure();
    expect(kept).toEqual([first.apiToken]);
    expect(await ensure()).toEqual(first);
    expect(kept).toHaveLength(1);
    expect(await workspaces()).toBe(1);
  });

  it('is created by the next start when this one breaks off before the token is kept', async () => {
    await expect(ensure(() => Promise.reject(new Error('the disk is full')))).rejects.toThrow('disk');
    expect(await workspaces()).toBe(0);
    await ensure();
    expect(await workspaces()).toBe(1);
  });

  it('is created by the next start when this one breaks off after the token is kept', async () => {
    kept.push('a token whose transaction never committed');
    const { apiToken } = await ensure();
    expect(kept.at(-1)).toBe(apiToken);
    expect(await workspaces()).toBe(1);
  });

  it('gets another token when its own was revoked', async () => {
    const first = await ensure();
    await testDatabase.pool.query('update api_token set revoked_at = now()');
    const second = await ensure();
    expect(second.workspaceId).toBe(first.workspaceId);
    expect(second.apiToken).not.toBe(first.apiToken);
    expect(await ensure()).toEqual(second);
  });

  it('of another data folder is not taken over', async () => {
    await ensure();
    kept = [];
    await expect(ensure()).rejects.toThrow(/secrets are in another data folder: set STANDALONE_DATA_DIR/);
  });
});
