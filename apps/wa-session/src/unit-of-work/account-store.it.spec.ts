import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SecretBox } from '@waypost/persistence';
import { createTestDatabase, eventually, type TestDatabase } from '@waypost/testkit';
import { randomBytes, randomUUID } from 'node:crypto';
import { AccountStore } from './account-store.js';
import { KeyCache } from './key-cache.js';
import { PostgresUnits } from './postgres-units.js';
import { UnitCommitter } from './unit-committer.js';

const box = new SecretBox(`1:${randomBytes(32).toString('base64')}`);
const value = (text: string) => Buffer.from(text);

describe('the state of an account', () => {
  let database: TestDatabase;
  let accountId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  beforeEach(async () => {
    accountId = randomUUID();
    await takeOver('pod-a');
  });

  /** Another pod becomes the holder. @returns its epoch */
  async function takeOver(owner: string): Promise<number> {
    const { rows } = await database.pool.query<{ epoch: string }>(
      `insert into session_lease (account_id, owner, epoch, expires_at) values ($1, $2, 1, now() + interval '1 minute')
       on conflict (account_id) do update set owner = $2, epoch = session_lease.epoch + 1 returning epoch`,
      [accountId, owner],
    );
    return Number(rows[0]!.epoch);
  }

  function openStore(owner = 'pod-a', epoch = 1, cache = new KeyCache(1_000_000).view()) {
    const units = new PostgresUnits(database.pool, box, owner);
    const events: string[] = [];
    const committer = new UnitCommitter(units, {
      committed: () => events.push('committed'),
      fenced: () => events.push('fenced'),
      failed: (error) => events.push(`failed ${(error as { code?: string }).code}`),
      refused: (_id, code, remains) => events.push(`refused ${code}${remains ? ', remains' : ''}`),
    });
    const store = new AccountStore(accountId, epoch, units, committer, {
      cache,
      onLeaseLost: () => events.push('lease lost'),
      onRefused: (code) => events.push(`stopped by ${code}`),
    });
    return { store, events };
  }

  const message = (keyId: string, text: string) => ({
    kind: 'message' as const,
    name: { chatJid: 'c@lid', senderJid: 'c@lid', keyId, part: 0 },
    event: { text },
    plaintext: value(text),
  });

  it('shows a write at once, and to a later process after the commit', async () => {
    const { store } = openStore();
    store.set('session', 'a.0', value('ratchet 1'));
    expect((await store.get('session', ['a.0'])).get('a.0')).toEqual(value('ratchet 1'));
    await store.commit();
    expect((await openStore().store.get('session', ['a.0', 'b.0'])).get('a.0')).toEqual(value('ratchet 1'));
  });

  it('deletes a key for good', async () => {
    const { store } = openStore();
    store.set('pre-key', '7', value('key'));
    await store.commit();
    store.set('pre-key', '7', null);
    expect((await store.get('pre-key', ['7'])).size).toBe(0);
    await store.commit();
    expect((await openStore().store.get('pre-key', ['7'])).size).toBe(0);
  });

  it('becomes durable soon without being asked', async () => {
    openStore().store.set('session', 'lazy.0', value('x'));
    await eventually(async () => expect((await openStore().store.get('session', ['lazy.0'])).size).toBe(1));
  });

  it('waits for itself alone when somebody has its rows locked, and other accounts are written', async () => {
    const units = new PostgresUnits(database.pool, box, 'pod-a');
    const committer = new UnitCommitter(units, {
      committed: () => undefined,
      fenced: () => undefined,
      failed: () => undefined,
      refused: () => undefined,
    });
    const cache = new KeyCache(1_000_000);
    const [lockedId, otherId] = [accountId, (accountId = randomUUID())];
    await takeOver('pod-a');
    const [locked, other] = [lockedId, otherId].map(
      (id) =>
        new AccountStore(id, 1, units, committer, {
          cache: cache.view(),
          onLeaseLost: () => undefined,
          onRefused: () => undefined,
        }),
    ) as [AccountStore, AccountStore];
    locked.set('session', 'a.0', value('ratchet 1'));
    await locked.commit();
    const stranger = await database.pool.connect();
    try {
      await stranger.query('begin');
      await stranger.query('select from wa_key where account_id = $1 for update', [lockedId]);
      locked.set('session', 'a.0', value('ratchet 2'));
      const held = locked.commit().then(() => 'written');
      for (let n = 0; n < 3; n++) {
        other.set('session', 'b.0', value(`${n}`));
        await other.commit();
      }
      locked.set('session', 'a.0', value('ratchet 3'));
      const later = locked.commit();
      expect(await Promise.race([held, other.commit()])).toBeUndefined();
      await stranger.query('rollback');
      expect(await held).toBe('written');
      await later;
      accountId = lockedId;
      expect((await openStore().store.get('session', ['a.0'])).get('a.0')).toEqual(value('ratchet 3'));
    } finally {
      stranger.release();
    }
  });

  it('is sealed at rest', async () => {
    const { store } = openStore();
    store.set('session', 'a.0', value('ratchet secret'));
    store.setCreds(value('noise secret'));
    await store.commit();
    const { rows } = await database.pool.query<{ sealed: Buffer }>(
      'select sealed from wa_key where account_id = $1 union all select sealed from wa_creds where account_id = $1',
      [accountId],
    );
    expect(rows).toHaveLength(2);
    for (const { sealed } of rows) expect(sealed.toString('latin1')).not.toContain('secret');
    expect(await openStore().store.readCreds()).toEqual(value('noise secret'));
  });

  it('shows credentials that were noted a moment ago, and none of a link that was forgotten', async () => {
    const { store } = openStore();
    store.setCreds(value('new link'));
    expect(await store.readCreds()).toEqual(value('new link'));
    await store.forget();
    await database.pool.query('delete from wa_creds where account_id = $1', [accountId]);
    expect(await store.readCreds()).toBeUndefined();
  });

  it('commits a ratchet and its event together, never half of an open unit', async () => {
    const { store } = openStore();
    let closeUnit = () => {};
    const unit = store.unit(async () => {
      store.set('session', 'a.0', value('ratchet 2'));
      await new Promise<void>((resolve) => (closeUnit = resolve));
      store.addEvent(message('M1', 'hello'));
    });
    const committed = store.commit().then(() => 'committed');
    const other = openStore().store;
    other.set('session', 'marker.0', value('x'));
    await other.commit();
    expect((await openStore().store.get('session', ['a.0'])).size).toBe(0);
    closeUnit();
    await unit;
    expect(await committed).toBe('committed');
    expect((await openStore().store.get('session', ['a.0'])).size).toBe(1);
    expect(await store.readPlaintext(message('M1', '').name)).toEqual(value('hello'));
  });

  it('keeps what was read when the same part comes again as unreadable, and upgrades the unreadable', async () => {
    const { store } = openStore();
    store.addEvent(message('M1', 'first'));
    await store.commit();
    store.addEvent({ kind: 'undecryptable', name: message('M1', '').name, event: {} });
    store.addEvent({ kind: 'undecryptable', name: message('M2', '').name, event: {} });
    await store.commit();
    store.addEvent(message('M2', 'sent again'));
    await store.commit();
    const { rows } = await database.pool.query(
      'select key_id, kind from wa_event where account_id = $1 order by key_id',
      [accountId],
    );
    expect(rows).toEqual([
      { key_id: 'M1', kind: 'message' },
      { key_id: 'M2', kind: 'message' },
    ]);
  });

  it('writes nothing once another pod holds the lease, and says so', async () => {
    const { store, events } = openStore();
    store.set('session', 'a.0', value('ratchet 1'));
    await store.commit();
    const epoch = await takeOver('pod-b');
    store.set('session', 'a.0', value('stale'));
    let settled = false;
    void store.commit().then(() => (settled = true));
    await eventually(() => expect(events).toContain('lease lost'));
    const successor = openStore('pod-b', epoch).store;
    expect((await successor.get('session', ['a.0'])).get('a.0')).toEqual(value('ratchet 1'));
    successor.set('session', 'a.0', value('ratchet 2'));
    await successor.commit();
    expect(settled).toBe(false);
  });

  it('writes nothing under its own name with an earlier epoch', async () => {
    await takeOver('pod-a');
    const { store, events } = openStore('pod-a', 1);
    store.set('session', 'a.0', value('stale'));
    void store.commit();
    await eventually(() => expect(events).toContain('fenced'));
  });

  it('waits for Postgres and goes on when it is back', async () => {
    const { store, events } = openStore();
    await database.pool.query('alter table wa_key rename to wa_key_away');
    store.set('session', 'a.0', value('ratchet 1'));
    const committed = store.commit();
    const read = openStore().store.get('session', ['z.0']);
    await eventually(() => expect(events).toContain('failed 42P01'));
    await database.pool.query('alter table wa_key_away rename to wa_key');
    await committed;
    expect((await read).size).toBe(0);
    expect(events).toContain('committed');
  });

  it('stores whatever a contact writes, and finds it again', async () => {
    const { store, events } = openStore();
    const hostile = {
      ...message(`\u0000${'K'.repeat(5_000)}`, 'nul \u0000, half \uD800'),
      name: {
        chatJid: `${'9'.repeat(5_000)}@lid`,
        senderJid: `\uDC00${'8'.repeat(5_000)}@lid`,
        keyId: `\u0000${'K'.repeat(5_000)}`,
        part: 0,
      },
    };
    store.addEvent(hostile);
    store.set('session', `\u0000${'7'.repeat(5_000)}.0`, value('ratchet'));
    await store.commit();
    expect(events).toEqual(['committed']);
    const later = openStore().store;
    expect(await later.readPlaintext(hostile.name)).toEqual(Buffer.from(hostile.plaintext));
    const id = `\u0000${'7'.repeat(5_000)}.0`;
    expect((await later.get('session', [id])).get(id)).toEqual(value('ratchet'));
  });

  describe('when Postgres refuses for good', () => {
    const refuse = (table: string, condition: string) =>
      database.pool.query(`alter table ${table} add constraint refusal check (${condition}) not valid`);
    const allow = (table: string) => database.pool.query(`alter table ${table} drop constraint refusal`);

    it('what an event says, keeps the ratchet and records that there was an event', async () => {
      const { store, events } = openStore();
      await refuse('wa_event', `event->>'text' is distinct from 'poison'`);
      store.addEvent(message('M1', 'poison'));
      store.set('session', 'a.0', value('ratchet 1'));
      await store.commit().finally(() => allow('wa_event'));
      expect(events).toEqual(['failed 23514', 'refused 23514, remains', 'committed']);
      const { rows } = await database.pool.query(
        'select kind, event, plaintext from wa_event where account_id = $1',
        [accountId],
      );
      expect(rows).toEqual([
        { kind: 'undecryptable', event: { refused: 'message', keyId: 'M1' }, plaintext: null },
      ]);
      expect((await openStore().store.get('session', ['a.0'])).size).toBe(1);
    });

    it('the state itself, gives up the account and no other', async () => {
      const units = new PostgresUnits(database.pool, box, 'pod-a');
      const outcomes: string[] = [];
      const committer = new UnitCommitter(units, {
        committed: () => undefined,
        fenced: () => undefined,
        failed: () => undefined,
        refused: () => undefined,
      });
      const make = (id: string) =>
        new AccountStore(id, 1, units, committer, {
          cache: new KeyCache(100_000).view(),
          onLeaseLost: () => outcomes.push('lease lost'),
          onRefused: (code) => outcomes.push(`stopped by ${code}`),
        });
      const poisoned = make(accountId);
      accountId = randomUUID();
      await takeOver('pod-a');
      const healthy = make(accountId);
      await refuse('wa_key', `id <> 'poison.0'`);
      poisoned.addEvent(message('M1', 'x'));
      poisoned.set('session', 'poison.0', value('y'));
      healthy.set('session', 'a.0', value('fine'));
      void poisoned.commit();
      await healthy.commit();
      await eventually(() => expect(outcomes).toEqual(['stopped by 23514']));
      await allow('wa_key');
    });
  });

  it('reads from Postgres again what memory has no room for, and forgets nothing that is not stored', async () => {
    const { store } = openStore('pod-a', 1, new KeyCache(500).view());
    for (let i = 0; i < 50; i++) store.set('session', `${i}.0`, value(String(i)));
    expect((await store.get('session', ['0.0'])).get('0.0')).toEqual(value('0'));
    await store.commit();
    for (let i = 0; i < 50; i++) {
      expect((await store.get('session', [`${i}.0`])).get(`${i}.0`)).toEqual(value(String(i)));
    }
  });

  it('never takes an old value from Postgres for one that was written meanwhile', async () => {
    let answer = (_values: Map<string, Buffer>) => {};
    const reader = {
      readKeys: () => new Promise<Map<string, Buffer>>((resolve) => (answer = resolve)),
      readCreds: async () => undefined,
      readPlaintext: async () => undefined,
    };
    const store = new AccountStore(
      accountId,
      1,
      reader,
      { enqueue: () => undefined },
      {
        cache: new KeyCache(100_000).view(),
        onLeaseLost: () => undefined,
        onRefused: () => undefined,
      },
    );
    const read = store.get('session', ['a.0']);
    store.set('session', 'a.0', value('new'));
    answer(new Map([['a.0', value('old')]]));
    expect((await read).get('a.0')).toEqual(value('new'));
    expect((await store.get('session', ['a.0'])).get('a.0')).toEqual(value('new'));
  });
});
