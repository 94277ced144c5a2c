import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, eventually, type TestDatabase } from '@waypost/testkit';
import { TestAccount } from '../testing/test-account.js';
import { recordNumberCheck } from './number-checks.js';

const [PN, LID, ANSWER] = ['14155550001@s.whatsapp.net', '4155550001@lid', '14155550002@s.whatsapp.net'];

describe('what WhatsApp said about a number', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db?.drop());

  it('is kept with the contact that its own became part of, before or meanwhile', async () => {
    const account = await TestAccount.create(db.pool);
    const older = await account.chat({ jid: LID });
    const younger = await account.chat({ jid: PN });
    const contactOf = async (chatId: string) =>
      (await db.pool.query('select contact_id as id from chat where id = $1', [chatId])).rows[0].id as string;
    const [stays, goes] = [await contactOf(older), await contactOf(younger)];
    const check = { accountId: account.id, chatId: younger, recipientJid: PN };

    const merging = await db.pool.connect();
    try {
      await merging.query('begin');
      await merging.query('select from contact where id = any($1::bigint[]) order by id for update', [
        [stays, goes],
      ]);
      const recorded = recordNumberCheck(db.pool, check, ANSWER);
      await eventually(async () => {
        const { rowCount } = await db.pool.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return rowCount;
      });
      await merging.query('update contact_address set contact_id = $1 where contact_id = $2', [stays, goes]);
      await merging.query('update contact set merged_into = $1 where id = $2', [stays, goes]);
      await merging.query('update chat set contact_id = null, merged_into = $1 where id = $2', [
        older,
        younger,
      ]);
      await merging.query('commit');
      await recorded;
    } finally {
      merging.release();
    }
    await recordNumberCheck(db.pool, check, '14155550003@s.whatsapp.net');
    const { rows } = await db.pool.query(
      'select distinct contact_id as id, count(*)::integer as count from contact_address where account_id = $1 group by 1',
      [account.id],
    );
    expect(rows).toEqual([{ id: stays, count: 4 }]);
  });
});
