import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Messages that are not in their account's lane yet. A message waits outside while its file is fetched or while WhatsApp locks
 * new chats, and the later ones of its chat wait behind it; other chats of the account go on.
 */
export class Holding1764000000003 implements MigrationInterface {
  name = 'Holding1764000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Puts the held messages of these chats into their accounts' lanes, in order, up to the first that must wait still. hold 'file' never
      -- ends here: what decides about the file makes it 'behind'. Who has written to us is no new contact, lock or not. Call it as the last thing in a transaction that ended a
      -- reason to wait, balances locked before. Returns whether a send lane fell due: its workers want a hint after commit.
      create function message_release(p_chats bigint[]) returns boolean
      language plpgsql
      set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
      as $$
      declare
        v_chat bigint;
        v_waits boolean;
        v_free uuid[] := '{}';
        v_keys text[] := '{}';
        v_refs uuid[] := '{}';
        v_due boolean := false;
        r record;
      begin
        -- Whoever adds a message to a chat locks the chat before looking for held ones.
        perform 1 from chat c where c.id = any(p_chats) order by c.id for no key update;

        for r in
          select m.id, m.chat_id, m.account_id, m.state,
            m.hold = 'file' or m.hold = 'new_chats_locked' and a.new_chats_locked_until > clock_timestamp() and not exists (
              select from message heard where heard.chat_id = m.chat_id and heard.direction = 'received'
            ) as waits
          from message m join account a on a.id = m.account_id
          where m.chat_id = any(p_chats) and m.hold is not null
          order by m.chat_id, m.message_at, m.id
        loop
          if r.chat_id is distinct from v_chat then
            v_chat := r.chat_id;
            v_waits := false;
          end if;
          if r.state = 'queued' then
            v_waits := v_waits or coalesce(r.waits, false);
            continue when v_waits;
            v_keys := v_keys || r.account_id::text;
            v_refs := v_refs || r.id;
          end if;
          v_free := v_free || r.id;
        end loop;

        update message m set hold = null where m.id = any(v_free);
        if cardinality(v_refs) > 0 then
          select count(*) > 0 into v_due
          from lane_enqueue('send', v_keys, array_fill(0::smallint, array[cardinality(v_refs)]), v_refs);
        end if;
        return v_due;
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function message_release;');
  }
}
