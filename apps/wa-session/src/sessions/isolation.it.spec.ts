import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@waypost/testkit';
import { SessionsUnderTest, type LinkedAccount } from '../testing/sessions-under-test.js';

jest.setTimeout(150_000);
const SOON = { withinMs: 40_000, everyMs: 50 };

describe('the trouble of one account', () => {
  let running: SessionsUnderTest;
  let troubled: LinkedAccount;
  let other: LinkedAccount;
  let contact: string;
  let count = 0;

  beforeAll(async () => {
    running = await SessionsUnderTest.start({ settings: { LEASE_TTL_MS: '20000' } });
    [troubled, other] = [await running.linkedAccount(), await running.linkedAccount()];
    contact = running.newPhone();
  });
  afterAll(() => running.stop());

  /** The other account receives and sends as ever. */
  async function otherGoesOn(): Promise<void> {
    const text = `fine ${++count}`;
    await running.sandbox.write(contact, other.phone, text);
    await eventually(async () => expect(await running.texts(other.accountId)).toContain(text), SOON);
    expect(await running.send(other.accountId, contact, text)).toMatchObject({ outcome: 'acked' });
  }

  const refuse = (table: string, condition: string) =>
    running.database.pool.query(`alter table ${table} add constraint refusal check (${condition}) not valid`);

  it('a flood of messages, holds up no other, and is received whole', async () => {
    const flooders = Array.from({ length: 4 }, () => running.newPhone());
    const written: string[] = [];
    let flooding = true;
    const flood = Promise.all(
      flooders.map(async (flooder) => {
        for (let n = 0; flooding; n++) {
          const text = `${flooder} ${n}`;
          await running.sandbox.write(flooder, troubled.phone, text);
          written.push(text);
        }
      }),
    );
    for (let n = 0; n < 5; n++) await otherGoesOn();
    flooding = false;
    await flood;
    await eventually(
      async () => expect((await running.texts(troubled.accountId)).sort()).toEqual(written.sort()),
      SOON,
    );
  });

  it('rows that somebody keeps locked in the database, hold up no other account', async () => {
    const stranger = await running.database.pool.connect();
    try {
      await stranger.query('begin');
      for (const table of ['session_lease', 'wa_key'])
        await stranger.query(`select from ${table} where account_id = $1 for update`, [troubled.accountId]);
      await running.sandbox.write(contact, troubled.phone, 'waits');
      for (let n = 0; n < 3; n++) await otherGoesOn();
      expect(await running.texts(troubled.accountId)).not.toContain('waits');
    } finally {
      await stranger.query('rollback');
      stranger.release();
    }
    await eventually(async () => expect(await running.texts(troubled.accountId)).toContain('waits'), SOON);
  });

  it('a message that the database refuses, costs that message’s content and nothing more', async () => {
    await refuse('wa_event', `event->>'text' is distinct from 'poison'`);
    const author = running.newPhone();
    await running.sandbox.write(author, troubled.phone, 'poison');
    await running.sandbox.write(author, troubled.phone, 'after it');
    await otherGoesOn();
    await eventually(
      async () => expect((await running.texts(troubled.accountId)).slice(-1)).toEqual(['after it']),
      SOON,
    );
    expect(await running.events(troubled.accountId, 'undecryptable')).toMatchObject([{ refused: 'message' }]);
    expect(await running.stateOf(troubled.accountId)).toBe('connected');
  });

  it('state that the database refuses, stops that account, with a sentence, for good', async () => {
    await refuse('wa_key', `account_id <> '${troubled.accountId}'`);
    await running.sandbox.write(contact, troubled.phone, 'never stored');
    await running.reaches(troubled.accountId, 'stopped');
    const reason = await running.value('select state_reason as value from account where id = $1', [
      troubled.accountId,
    ]);
    expect(reason).toMatch(/database refuses what this account has to store \(23514\)/);
    await eventually(
      async () =>
        expect(
          await running.value('select expires_at < now() as value from session_lease where account_id = $1', [
            troubled.accountId,
          ]),
        ).toBe(true),
      SOON,
    );
    await otherGoesOn();
    expect(await running.stateOf(troubled.accountId)).toBe('stopped');
    // WhatsApp has no receipt of it: it comes again when somebody has mended the database and connects.
    const journal = await running.sandbox.journal();
    const confirmed = new Set(
      journal.filter(({ kind }) => kind === 'message_confirmed').map((entry) => entry['id']),
    );
    const shown = journal.filter(
      ({ kind, ...entry }) => kind === 'message_queued' && entry['phone'] === troubled.phone,
    );
    expect(shown.filter((entry) => !confirmed.has(entry['id']))).toHaveLength(1);
  });
});
