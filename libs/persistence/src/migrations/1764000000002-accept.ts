import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Accepting messages: one call decides a whole batch of webhook requests, charges, queues and returns a verdict for each.
 *
 * First the balances of the workspaces are locked, in the order of their ids; the later statements see everything as of after
 * the locks. So batches of one workspace follow each other, whichever process sends them, and what they create for it
 * (chats, ledger) needs no further care among them. Everybody who locks balances locks them before lanes.
 *
 * Plans must not depend on statistics, for the reason that the lanes migration gives.
 */
export class Accept1764000000002 implements MigrationInterface {
  name = 'Accept1764000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Finds, or else creates, the direct chats of accounts with addresses. All arrays run in parallel; rows without an address
      -- are skipped. Others may create the same contact at this moment: the unique constraints decide, and the loser waits.
      -- Returns the chat of each position (from 1), and whether this call created it.
      create function accept_open_chats(
        p_workspaces uuid[], p_accounts uuid[], p_jids text[], p_phones text[]
      )
      returns table (place integer, chat_id bigint, opened boolean)
      language plpgsql
      set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
      as $$
      #variable_conflict use_column
      declare
        v_opened bigint[];
      begin
        with wanted as (
          select distinct on (w.account_id, w.jid) w.*
          from unnest(p_workspaces, p_accounts, p_jids, p_phones) as w(workspace_id, account_id, jid, phone)
          where w.jid is not null
          order by w.account_id, w.jid
        ), address as (
          insert into contact_address (account_id, jid, contact_id)
          select account_id, jid, nextval(pg_get_serial_sequence('contact', 'id'))
          from wanted order by account_id, jid
          on conflict do nothing
          returning account_id, jid, contact_id
        )
        insert into contact (id, workspace_id, account_id, phone)
        overriding system value
        select a.contact_id, w.workspace_id, w.account_id, w.phone
        from address a join wanted w on w.account_id = a.account_id and w.jid = a.jid;

        with opened as (
          insert into chat (workspace_id, account_id, contact_id, name)
          select distinct on (c.id) c.workspace_id, c.account_id, c.id,
            coalesce(c.name, c.phone, split_part(w.jid, '@', 1))
          from unnest(p_accounts, p_jids) as w(account_id, jid)
          join contact_address a on a.account_id = w.account_id and a.jid = w.jid
          join contact c on c.id = a.contact_id
          order by c.id
          on conflict (contact_id) do nothing
          returning id
        )
        select array_agg(id) into v_opened from opened;

        return query
          select w.place::integer, c.id, c.id = any(coalesce(v_opened, '{}'))
          from unnest(p_accounts, p_jids) with ordinality as w(account_id, jid, place)
          join contact_address a on a.account_id = w.account_id and a.jid = w.jid
          join chat c on c.contact_id = a.contact_id;
      end $$;
    `);

    await runner.query(`
      -- All arrays run in parallel, one position per request, in the order of their arrival. Per request:
      -- p_ids, p_key_ids: what the message will be called, also when the call is repeated; p_again: it is repeated because it is
      -- not known whether an earlier one with these ids took effect.
      -- p_jids: where to, with p_phones its phone number (+ and digits) if it is one; or p_chats: a chat's id. Neither: only the
      -- token is checked (the request is refused for another reason).
      -- p_account_phones: which account sends; null: the one connected last. Not looked at for p_chats.
      --
      -- Returns for each position a verdict; the account's state with account_not_connected; the credits at hand with
      -- insufficient_credits; and whether (the same in every row) a lane fell due: its workers want a hint after commit.
      create function accept_messages(
        p_ids uuid[], p_key_ids text[], p_tokens bytea[], p_jids text[], p_phones text[], p_chats bigint[],
        p_account_phones text[], p_texts text[], p_costs smallint[], p_again boolean
      )
      returns table (verdict text, account_state text, available integer, lane_due boolean)
      language plpgsql
      set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
      as $$
      #variable_conflict use_column
      declare
        v_count constant integer := cardinality(p_ids);
        v_now timestamptz;
        v_locked uuid[];
        r record;
        v_workspace uuid;
        v_left integer;
        v_verdicts text[] := array_fill(null::text, array[v_count]);
        v_states text[] := array_fill(null::text, array[v_count]);
        v_available integer[] := array_fill(null::integer, array[v_count]);
        -- Set for accepted requests only.
        v_workspaces uuid[] := array_fill(null::uuid, array[v_count]);
        v_accounts uuid[] := array_fill(null::uuid, array[v_count]);
        v_chats bigint[] := array_fill(null::bigint, array[v_count]);
        v_jids text[] := array_fill(null::text, array[v_count]);
        v_balances integer[] := array_fill(null::integer, array[v_count]);
        v_new_jids text[] := array_fill(null::text, array[v_count]);
        v_opened boolean[] := array_fill(false, array[v_count]);
        v_accepted integer := 0;
        v_chatless boolean := false;
        v_due boolean := false;
      begin
        select array_agg(locked.workspace_id) into v_locked from (
          select b.workspace_id
          from credit_balance b
          where b.workspace_id in (select w.workspace_id from inbound_webhook w where w.token_hash = any(p_tokens))
          order by b.workspace_id
          for no key update
        ) locked;
        v_now := clock_timestamp();

        for r in
          select q.place, q.cost, w.workspace_id, w.enabled, b.balance, m.id is not null as accepted_before,
            q.jid is null and q.chat_id is null as token_only, q.chat_id is not null as by_chat, q.account_phone,
            -- The chat that was named, or the one with the address that was named.
            coalesce(c.id, ac.id) as chat_id, c.group_jid,
            coalesce(q.jid, to_contact.jid) as jid,
            a.id as account_id, a.state, a.state in ('connected', 'connecting', 'backing_off') as connected
          from unnest(p_ids, p_tokens, p_jids, p_chats, p_account_phones, p_costs)
            with ordinality as q(id, token, jid, chat_id, account_phone, cost, place)
          left join inbound_webhook w on w.token_hash = q.token and w.workspace_id = any(v_locked)
          left join credit_balance b on b.workspace_id = w.workspace_id
          left join message m on p_again and m.id = q.id
          left join chat c on c.id = q.chat_id and c.workspace_id = w.workspace_id
          left join lateral (
            -- The phone number's address before others.
            select ca.jid from contact_address ca where ca.contact_id = c.contact_id
            order by ca.jid like '%@s.whatsapp.net' desc, ca.jid limit 1
          ) to_contact on c.id is not null
          left join lateral (
            select account.id, account.state
            from account
            where account.workspace_id = w.workspace_id and case
              when q.chat_id is not null then account.id = c.account_id
              when q.account_phone is not null then account.phone = q.account_phone
              else account.state in ('connected', 'connecting', 'backing_off') end
            order by account.state in ('connected', 'connecting', 'backing_off') desc,
              account.connected_at desc nulls last, account.id desc
            limit 1
          ) a on q.jid is not null or q.chat_id is not null
          left join contact_address qa on qa.account_id = a.id and qa.jid = q.jid
          left join chat ac on ac.contact_id = qa.contact_id
          order by w.workspace_id, q.place
        loop
          if r.workspace_id is distinct from v_workspace then
            v_workspace := r.workspace_id;
            v_left := coalesce(r.balance, 0);
          end if;
          v_verdicts[r.place] := case
            when r.accepted_before then 'accepted'
            when r.workspace_id is null then 'webhook_not_found'
            when not r.enabled then 'webhook_disabled'
            when r.token_only then 'token_valid'
            when r.by_chat and r.chat_id is null then 'chat_not_found'
            when r.group_jid is not null then 'group_chat'
            when r.by_chat and r.jid is null then 'chat_not_found'
            when r.account_id is null and r.account_phone is not null then 'account_not_found'
            when r.account_id is null then 'no_account_connected'
            when not r.connected then 'account_not_connected'
            when r.cost > v_left then 'insufficient_credits'
            else 'accepted' end;
          v_states[r.place] := r.state;
          v_available[r.place] := v_left;
          if v_verdicts[r.place] = 'accepted' and not r.accepted_before then
            v_left := v_left - r.cost;
            v_accepted := v_accepted + 1;
            v_workspaces[r.place] := r.workspace_id;
            v_accounts[r.place] := r.account_id;
            v_jids[r.place] := r.jid;
            v_balances[r.place] := v_left;
            v_chats[r.place] := r.chat_id;
            if r.chat_id is null then
              v_chatless := true;
              v_new_jids[r.place] := r.jid;
            end if;
          end if;
        end loop;

        if v_chatless then
          for r in
            select o.place, o.chat_id, o.opened and row_number() over (partition by o.chat_id order by o.place) = 1 as opened
            from accept_open_chats(v_workspaces, v_accounts, v_new_jids, p_phones) o
          loop
            v_chats[r.place] := r.chat_id;
            v_opened[r.place] := r.opened;
          end loop;
        end if;

        if v_accepted > 0 then
          -- One microsecond apart, so that the order of acceptance shows in the times.
          insert into message (
            id, workspace_id, account_id, chat_id, key_id, direction, origin, text, recipient_jid, state, cost, opens_chat,
            message_at, created_at, expires_at
          )
          select q.id, q.workspace_id, q.account_id, q.chat_id, q.key_id, 'sent', 'webhook', q.text, q.jid, 'queued', q.cost,
            q.opened, v_now + q.place * interval '1 microsecond', v_now, v_now + interval '24 hours'
          from unnest(p_ids, p_key_ids, p_texts, p_costs, v_workspaces, v_accounts, v_chats, v_jids, v_opened)
            with ordinality as q(id, key_id, text, cost, workspace_id, account_id, chat_id, jid, opened, place)
          where q.account_id is not null
          order by q.place;

          insert into credit_entry (workspace_id, delta, balance, reason, message_id)
          select q.workspace_id, -q.cost, q.balance, 'charge', q.id
          from unnest(p_ids, p_costs, v_workspaces, v_balances)
            with ordinality as q(id, cost, workspace_id, balance, place)
          where q.workspace_id is not null
          order by q.place;

          update credit_balance b set balance = spent.balance
          from (
            select q.workspace_id, min(q.balance) as balance
            from unnest(v_workspaces, v_balances) as q(workspace_id, balance)
            where q.workspace_id is not null
            group by q.workspace_id
          ) spent
          where b.workspace_id = spent.workspace_id;

          -- Others update several chats, too: all of them in the order of the ids.
          perform 1 from chat c where c.id = any(v_chats) order by c.id for no key update;
          update chat c set last_message_at = greatest(c.last_message_at, v_now) where c.id = any(v_chats);

          select count(*) > 0 into v_due
          from (
            select array_agg(q.account_id::text order by q.place) as keys, array_agg(q.id order by q.place) as refs
            from unnest(p_ids, v_accounts) with ordinality as q(id, account_id, place)
            where q.account_id is not null
          ) queued, lane_enqueue('send', queued.keys, array_fill(0::smallint, array[v_accepted]), queued.refs);
        end if;

        return query
          select v.verdict, v.state, v.available, v_due
          from unnest(v_verdicts, v_states, v_available) with ordinality as v(verdict, state, available, place)
          order by v.place;
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function accept_messages, accept_open_chats;');
  }
}
