import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Plans must not depend on statistics, for the reason that the lanes migration gives; nor be made anew for each batch, which a
 * planner does that finds small batches cheaper than the average one.
 */
const settings = `
      set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
      set plan_cache_mode = force_generic_plan set jit = off`;

/**
 * Accepting messages: one call decides a whole batch of webhook requests, charges, queues, logs, and returns the answer to each.
 *
 * First the webhooks and balances of the workspaces are locked, in the order of their ids; the later statements see everything as
 * of after the locks. So batches of one workspace follow each other, whichever process sends them, and what they create for it
 * (chats, ledger, attempts, idempotency keys) needs no further care among them; and whoever replaces a token or switches a
 * webhook off waits for the batches in flight, and no later one takes the token. Whoever merges contacts of a workspace locks its
 * balance first as well, so no batch sees addresses or chats that change hands under it. The order of locks, for everybody:
 * webhooks and balances, chats, lanes.
 */
export class Accept1764000000002 implements MigrationInterface {
  name = 'Accept1764000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Brings the month's allowance where it is due: what is left of the one before expires. The caller holds the locks of the
      -- balances. A balance is filled up to two thousand million at most.
      create function credit_renew(p_workspaces uuid[]) returns void
      language plpgsql
      ${settings}
      as $$
      declare
        v_now constant timestamptz := clock_timestamp();
        v_rest integer;
        v_comes integer;
        r record;
      begin
        for r in
          select b.workspace_id, b.balance, b.allowance, b.allowance_left
          from credit_balance b
          where b.workspace_id = any(p_workspaces) and b.allowance_renews_at <= v_now
        loop
          v_rest := r.balance - r.allowance_left;
          v_comes := greatest(least(r.allowance, 2000000000 - v_rest), 0);
          if r.allowance_left > 0 then
            insert into credit_entry (workspace_id, delta, balance, reason)
            values (r.workspace_id, -r.allowance_left, v_rest, 'expiry');
          end if;
          if v_comes > 0 then
            insert into credit_entry (workspace_id, delta, balance, reason)
            values (r.workspace_id, v_comes, v_rest + v_comes, 'allowance');
          end if;
          update credit_balance b set
            balance = v_rest + v_comes,
            allowance_left = v_comes,
            allowance_renews_at = case when r.allowance > 0
              then (date_trunc('month', v_now at time zone 'UTC') + interval '1 month') at time zone 'UTC' end
          where b.workspace_id = r.workspace_id;
        end loop;
      end $$;
    `);

    await runner.query(`
      -- Finds, or else creates, the chats of accounts with addresses of people or groups. All arrays run in parallel; rows without an
      -- address are skipped. Others may create the same chat at this moment: the unique constraints decide, and the loser waits.
      -- Returns the chat of each position (from 1), and whether this call created it.
      create function accept_open_chats(
        p_workspaces uuid[], p_accounts uuid[], p_jids text[], p_phones text[]
      )
      returns table (place integer, chat_id bigint, opened boolean)
      language plpgsql
      ${settings}
      as $$
      #variable_conflict use_column
      declare
        v_opened bigint[];
        v_groups bigint[];
      begin
        with wanted as (
          select distinct on (w.account_id, w.jid) w.*
          from unnest(p_workspaces, p_accounts, p_jids, p_phones) as w(workspace_id, account_id, jid, phone)
          where w.jid not like '%@g.us'
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

        with opened as (
          -- A group is called by its number until its name is learned.
          insert into chat (workspace_id, account_id, group_jid, name)
          select distinct on (w.account_id, w.jid) w.workspace_id, w.account_id, w.jid, coalesce(
            (select s.subject from group_subject s where s.account_id = w.account_id and s.group_jid = w.jid),
            split_part(w.jid, '@', 1)
          )
          from unnest(p_workspaces, p_accounts, p_jids) as w(workspace_id, account_id, jid)
          where w.jid like '%@g.us'
          order by w.account_id, w.jid
          on conflict (account_id, group_jid) where group_jid is not null do nothing
          returning id
        )
        select array_agg(id) into v_groups from opened;
        v_opened := v_opened || v_groups;

        return query
          select w.place::integer, c.id, c.id = any(coalesce(v_opened, '{}'))
          from unnest(p_accounts, p_jids) with ordinality as w(account_id, jid, place)
          join chat c on c.id = case when w.jid like '%@g.us'
            then (select g.id from chat g where g.account_id = w.account_id and g.group_jid = w.jid)
            else (
              select d.id from contact_address a join chat d on d.contact_id = a.contact_id
              where a.account_id = w.account_id and a.jid = w.jid
            ) end
          where w.jid is not null;
      end $$;
    `);

    await runner.query(`
      -- All arrays run in parallel, one position per request, in the order of their arrival. Per request:
      -- p_ids, p_key_ids: what the message will be called, also when the call is repeated; p_again: it is repeated because it is
      -- not known whether an earlier one with these ids took effect.
      -- p_statuses, p_problems: the answer to a request that is wrong in itself, to be given unless its token comes to more.
      -- p_jids: where to, with p_phones its phone number (+ and digits) if it is one; or p_chats: a chat's id; or p_chat_names.
      -- p_account_phones: which account sends; null: the one connected last. Not looked at for p_chats.
      -- p_file_urls, p_file_names: of the file that is sent, if any. p_costs: credits.
      -- p_idempotency_keys, p_body_hashes: a key and the SHA-256 of the body, or nothing.
      -- p_bodies (null: not read), p_addresses, p_ignored_fields (a JSON array, or null), p_waited (milliseconds from arrival to this
      -- call): for the log of attempts.
      --
      -- Returns for each position the HTTP status with the sentence of a refusal, or the key id of the message in the answer;
      -- the workspace whose token it is (null: nobody's); and whether (the same in every row) a lane of sends or of fetches fell due: their workers want
      -- a hint after commit.
      create function accept_messages(
        p_ids uuid[], p_key_ids text[], p_tokens bytea[], p_statuses smallint[], p_problems text[],
        p_jids text[], p_phones text[], p_chats bigint[], p_chat_names text[], p_account_phones text[],
        p_texts text[], p_file_urls text[], p_file_names text[], p_costs smallint[],
        p_idempotency_keys text[], p_body_hashes bytea[],
        p_bodies bytea[], p_addresses text[], p_ignored_fields text[], p_waited real[], p_again boolean
      )
      returns table (status smallint, message text, key_id text, workspace uuid, lane_due boolean, fetch_due boolean)
      language plpgsql
      ${settings}
      as $$
      #variable_conflict use_column
      declare
        v_count constant integer := cardinality(p_ids);
        v_started constant timestamptz := clock_timestamp();
        v_now timestamptz;
        -- Of the workspaces, in the order of their ids; what is spent and counted on the way is kept here.
        v_workspaces uuid[];
        v_tokens bytea[];
        v_enabled boolean[];
        v_attempts bigint[];
        v_balances integer[];
        v_allowances integer[];
        v_defaults uuid[];
        v_renewal boolean;
        -- Of the requests: the position of their workspace, and their answers.
        v_owners integer[] := array_fill(null::integer, array[v_count]);
        v_statuses smallint[] := array_fill(null::smallint, array[v_count]);
        v_messages text[] := array_fill(null::text, array[v_count]);
        v_keys text[] := array_fill(null::text, array[v_count]);
        v_numbers bigint[] := array_fill(null::bigint, array[v_count]);
        v_named bigint[] := array_fill(null::bigint, array[v_count]);
        v_namesakes text[];
        -- Of the accepted ones only.
        v_accounts uuid[] := array_fill(null::uuid, array[v_count]);
        v_chats bigint[] := array_fill(null::bigint, array[v_count]);
        v_jids text[] := array_fill(null::text, array[v_count]);
        v_left integer[] := array_fill(null::integer, array[v_count]);
        v_from_allowance integer[] := array_fill(null::integer, array[v_count]);
        v_new_jids text[];
        v_opened boolean[] := array_fill(false, array[v_count]);
        v_promised text[];
        v_files uuid[] := array_fill(null::uuid, array[v_count]);
        v_holds text[] := array_fill(null::text, array[v_count]);
        v_held bigint[];
        v_accepted integer := 0;
        v_waiting integer := 0;
        v_with_files boolean := false;
        v_lane_due boolean := false;
        v_fetch_due boolean := false;
        -- Of the request that is looked at.
        v_status smallint;
        v_message text;
        v_key text;
        v_kept text;
        v_same boolean;
        v_twin integer;
        v_ids bigint[];
        v_file uuid;
        r record;
      begin
        select array_agg(l.workspace_id), array_agg(l.token_hash), array_agg(l.enabled), array_agg(l.attempts),
          array_agg(l.balance), array_agg(l.allowance_left), bool_or(l.allowance_renews_at <= v_started)
        into v_workspaces, v_tokens, v_enabled, v_attempts, v_balances, v_allowances, v_renewal
        from (
          select w.workspace_id, w.token_hash, w.enabled, w.attempts, b.balance, b.allowance_left, b.allowance_renews_at
          from inbound_webhook w
          join credit_balance b on b.workspace_id = w.workspace_id
          where w.token_hash = any(p_tokens)
          order by w.workspace_id
          for no key update
        ) l;

        if v_renewal then
          perform credit_renew(v_workspaces);
          select array_agg(b.balance order by b.workspace_id), array_agg(b.allowance_left order by b.workspace_id)
          into v_balances, v_allowances
          from credit_balance b where b.workspace_id = any(v_workspaces);
        end if;

        -- The account that sends where none is named.
        v_defaults := array(
          select (
            select a.id from account a
            where a.workspace_id = w.id and a.state in ('connected', 'connecting', 'backing_off') and a.deleted_at is null
            order by a.connected_at desc nulls last, a.id desc limit 1
          )
          from unnest(v_workspaces) with ordinality as w(id, place)
          order by w.place
        );

        if p_again then
          for r in
            select q.place, coalesce(a.status, 200) as status, a.message, coalesce(a.key_id, m.key_id) as key_id
            from unnest(p_ids, p_tokens) with ordinality as q(id, token, place)
            left join inbound_attempt a
              on a.workspace_id = v_workspaces[array_position(v_tokens, q.token)] and a.message_id = q.id
            left join message m on m.id = q.id
            where a.status is not null or m.key_id is not null
          loop
            v_statuses[r.place] := r.status;
            v_messages[r.place] := r.message;
            v_keys[r.place] := r.key_id;
          end loop;
        end if;

        if cardinality(array_remove(p_chat_names, null)) > 0 then
          v_namesakes := array_fill(null::text, array[v_count]);
          for r in
            select q.place, q.name, q.account_phone, v_workspaces[array_position(v_tokens, q.token)] as workspace_id
            from unnest(p_chat_names, p_account_phones, p_tokens) with ordinality as q(name, account_phone, token, place)
            where q.name is not null
          loop
            -- A chat that continues in another one is known by its former name as long as no other chat has that.
            select array(select l.id from unnest(n.living) l(id) order by l.id limit 11)
            into v_ids
            from (
              select case when bool_or(c.merged_into is null) then array_agg(c.id) filter (where c.merged_into is null)
                else array_agg(distinct c.merged_into) end as living
              from (
                select c.id, c.merged_into from chat c
                where c.workspace_id = r.workspace_id and c.name = r.name and (r.account_phone is null or c.account_id in (
                  select a.id from account a where a.workspace_id = r.workspace_id and a.phone = r.account_phone
                ))
                order by c.merged_into is not null, c.id limit 100
              ) c
            ) n;
            if cardinality(v_ids) = 1 then
              v_named[r.place] := v_ids[1];
            elsif cardinality(v_ids) > 1 then
              v_namesakes[r.place] := array_to_string(v_ids[1:10], ', ')
                || case when cardinality(v_ids) > 10 then ' and more' else '' end;
            end if;
          end loop;
        end if;

        for r in
          select q.place::integer as place, q.owner, q.id, q.key_id, q.status, q.problem, q.cost, q.account_phone, q.idempotency_key,
            q.chat_id is not null as by_chat, q.chat_name, q.file_url,
            i.message_key_id as kept_key_id, i.body_hash = q.body_hash as same_body,
            a.id as account_id, case when a.deleted_at is null then a.state else 'removed' end as state,
            -- The chat that was named, or the one with the address that was named.
            case
              when q.chat_id is not null or q.named is not null then c.id
              when q.jid like '%@g.us' then (
                select g.id from chat g where g.account_id = a.id and g.group_jid = q.jid
              )
              else (
                select d.id from contact_address ca join chat d on d.contact_id = ca.contact_id
                where ca.account_id = a.id and ca.jid = q.jid
              ) end as chat_id,
            case
              when c.id is null then q.jid
              when c.group_jid is not null then c.group_jid
              else (
                -- The phone number's address before others.
                select ca.jid from contact_address ca where ca.contact_id = c.contact_id
                order by ca.jid like '%@s.whatsapp.net' desc, ca.jid limit 1
              ) end as jid
          from (
            select u.*, array_position(v_tokens, u.token) as owner
            from unnest(
              p_ids, p_key_ids, p_tokens, p_statuses, p_problems, p_jids, p_chats, p_chat_names, v_named, p_account_phones,
              p_file_urls, p_costs, p_idempotency_keys, p_body_hashes
            ) with ordinality as u(
              id, key_id, token, status, problem, jid, chat_id, chat_name, named, account_phone,
              file_url, cost, idempotency_key, body_hash, place
            )
            offset 0
          ) q
          left join idempotency_key i
            on i.workspace_id = v_workspaces[q.owner] and i.key = q.idempotency_key and i.expires_at > v_started
          left join chat n on n.id = coalesce(q.chat_id, q.named) and n.workspace_id = v_workspaces[q.owner]
          left join chat c on c.id = coalesce(n.merged_into, n.id)
          left join account a on a.id = case
            when q.status is not null then null
            when q.chat_id is not null or q.named is not null then c.account_id
            when q.account_phone is not null then (
              select n.id from account n
              where n.workspace_id = v_workspaces[q.owner] and n.phone = q.account_phone and n.deleted_at is null
              order by n.state in ('connected', 'connecting', 'backing_off') desc, n.connected_at desc nulls last, n.id desc
              limit 1
            )
            else v_defaults[q.owner] end
          order by q.place
        loop
          v_owners[r.place] := r.owner;
          -- An earlier call decided it.
          continue when v_statuses[r.place] is not null;
          if r.owner is null then
            v_statuses[r.place] := 404;
            v_messages[r.place] := 'Webhook not found';
            continue;
          end if;
          v_attempts[r.owner] := v_attempts[r.owner] + 1;
          v_numbers[r.place] := v_attempts[r.owner];

          v_kept := null;
          if r.idempotency_key is not null then
            v_twin := array_position(v_promised, r.owner || ' ' || r.idempotency_key);
            v_kept := coalesce(p_key_ids[v_twin], r.kept_key_id);
            v_same := coalesce(p_body_hashes[v_twin] = p_body_hashes[r.place], r.same_body);
          end if;

          v_message := null;
          v_key := null;
          if not v_enabled[r.owner] then
            v_status := 403;
            v_message := 'Webhook is disabled';
          elsif r.status is not null then
            v_status := r.status;
            v_message := r.problem;
          elsif v_kept is not null and v_same then
            v_status := 200;
            v_key := v_kept;
          elsif v_kept is not null then
            v_status := 409;
            v_message := 'Idempotency-Key was used with another body';
          elsif v_namesakes[r.place] is not null then
            v_status := 409;
            v_message := 'Several chats are named "' || r.chat_name || '": ' || v_namesakes[r.place] || '; use chat_id';
          elsif r.account_id is null and r.account_phone is not null and not r.by_chat then
            v_status := 404;
            v_message := 'WhatsApp account not found';
          elsif (r.by_chat or r.chat_name is not null) and (r.chat_id is null or r.jid is null) then
            v_status := 404;
            v_message := 'Chat not found';
          elsif r.account_id is null then
            v_status := 409;
            v_message := 'No WhatsApp account is connected; link one first';
          elsif r.state not in ('connected', 'connecting', 'backing_off') then
            v_status := 409;
            v_message := case r.state
              when 'logged_out' then 'The WhatsApp account is logged out; link it again'
              when 'unlinked' then 'The WhatsApp account is not linked yet'
              when 'pairing' then 'The WhatsApp account is being linked; try again when it is connected'
              when 'conflict' then 'The WhatsApp account is in use by another session; reconnect it'
              when 'removed' then 'The WhatsApp account was removed; its chats can only be read'
              when 'stopped' then 'The WhatsApp account was stopped; reconnect it'
              else 'The WhatsApp account is not connected' end;
          elsif r.cost > v_balances[r.owner] then
            v_status := 402;
            v_message := 'Insufficient credits: ' || r.cost || ' needed, ' || v_balances[r.owner] || ' available';
          else
            v_status := 200;
            v_key := r.key_id;
            v_accepted := v_accepted + 1;
            v_accounts[r.place] := r.account_id;
            v_jids[r.place] := r.jid;
            v_balances[r.owner] := v_balances[r.owner] - r.cost;
            v_left[r.place] := v_balances[r.owner];
            -- The allowance is spent first.
            v_from_allowance[r.place] := least(r.cost, v_allowances[r.owner]);
            v_allowances[r.owner] := v_allowances[r.owner] - v_from_allowance[r.place];
            if r.chat_id is not null then
              v_chats[r.place] := r.chat_id;
            else
              v_new_jids := coalesce(v_new_jids, array_fill(null::text, array[v_count]));
              v_new_jids[r.place] := r.jid;
            end if;
            if r.idempotency_key is not null then
              v_promised := coalesce(v_promised, array_fill(null::text, array[v_count]));
              v_promised[r.place] := r.owner || ' ' || r.idempotency_key;
            end if;
            v_with_files := v_with_files or r.file_url is not null;
          end if;
          v_statuses[r.place] := v_status;
          v_messages[r.place] := v_message;
          v_keys[r.place] := v_key;
        end loop;

        if v_accepted > 0 then
          if v_new_jids is not null then
            for r in
              select o.place, o.chat_id, o.opened and row_number() over (partition by o.chat_id order by o.place) = 1 as opened
              from accept_open_chats(
                array(select v_workspaces[o.n] from unnest(v_owners) with ordinality as o(n, place) order by o.place),
                v_accounts, v_new_jids, p_phones
              ) o
            loop
              v_chats[r.place] := r.chat_id;
              v_opened[r.place] := r.opened;
            end loop;
          end if;

          perform 1 from chat c where c.id = any(v_chats) order by c.id for no key update;
          v_now := clock_timestamp();
          -- To the second is enough for the order of chats; each update moves four index entries.
          update chat c set last_message_at = v_now
          where c.id = any(v_chats) and coalesce(c.last_message_at < v_now - interval '1 second', true);

          -- A message of a chat that has held ones waits behind them.
          v_held := array(
            select w.chat_id from (select distinct u from unnest(v_chats) u) w(chat_id)
            where (
              select true from message m where m.chat_id = w.chat_id and m.hold is not null and m.state = 'queued' limit 1
            )
          );
          if v_with_files or cardinality(v_held) > 0 then
            for n in 1..v_count loop
              continue when v_accounts[n] is null;
              if p_file_urls[n] is null then
                if v_chats[n] = any(v_held) then
                  v_holds[n] := 'behind';
                  v_waiting := v_waiting + 1;
                end if;
                continue;
              end if;
              v_holds[n] := 'file';
              v_waiting := v_waiting + 1;
              v_held := v_held || v_chats[n];
              -- The same URL within ten minutes is fetched once.
              select f.id into v_file from file f
              where f.workspace_id = v_workspaces[v_owners[n]] and f.url = p_file_urls[n]
                and f.created_at > v_now - interval '10 minutes' and f.state in ('waiting', 'stored')
              order by f.created_at desc limit 1;
              if v_file is null then
                insert into file (id, workspace_id, url, created_at)
                values (p_ids[n], v_workspaces[v_owners[n]], p_file_urls[n], v_now);
              end if;
              v_files[n] := coalesce(v_file, p_ids[n]);
            end loop;
          end if;

          -- Two microseconds apart, so that the order of acceptance shows in the times, and a text can follow its file.
          insert into message (
            id, workspace_id, account_id, chat_id, key_id, direction, origin, kind, text, file_id, file_name, recipient_jid,
            state, cost, opens_chat, message_at, created_at, expires_at, hold
          )
          select q.id, v_workspaces[q.owner], q.account_id, q.chat_id, q.key_id, 'sent', 'webhook',
            case when q.file_id is null then 'text' else 'attachment' end, q.text, q.file_id,
            case when q.file_id is not null then q.file_name end, q.jid,
            'queued', q.cost, q.opened, v_now + q.place * interval '2 microseconds', v_now, v_now + interval '24 hours', q.hold
          from unnest(
            p_ids, p_key_ids, p_texts, p_file_names, p_costs, v_owners, v_accounts, v_chats, v_jids, v_opened, v_files, v_holds
          ) with ordinality as q(
            id, key_id, text, file_name, cost, owner, account_id, chat_id, jid, opened, file_id, hold, place
          )
          where q.account_id is not null
          order by q.place;

          insert into credit_entry (workspace_id, delta, balance, reason, from_allowance, message_id)
          select v_workspaces[q.owner], -q.cost, q.balance, 'charge', q.from_allowance, q.id
          from unnest(p_ids, p_costs, v_owners, v_left, v_from_allowance)
            with ordinality as q(id, cost, owner, balance, from_allowance, place)
          where q.balance is not null
          order by q.place;

          update credit_balance b set balance = spent.balance, allowance_left = spent.allowance_left
          from unnest(v_workspaces, v_balances, v_allowances) as spent(workspace_id, balance, allowance_left)
          where b.workspace_id = spent.workspace_id and b.balance <> spent.balance;

          if v_promised is not null then
            -- A key that is in the way has expired.
            insert into idempotency_key (workspace_id, key, body_hash, message_key_id, expires_at)
            select v_workspaces[q.owner], q.key, q.body_hash, q.key_id, v_now + interval '24 hours'
            from unnest(v_owners, p_idempotency_keys, p_body_hashes, p_key_ids, v_promised)
              as q(owner, key, body_hash, key_id, promised)
            where q.promised is not null
            on conflict (workspace_id, key) do update
              set body_hash = excluded.body_hash, message_key_id = excluded.message_key_id, expires_at = excluded.expires_at;
          end if;
        end if;

        update inbound_webhook w set attempts = counted.attempts
        from unnest(v_workspaces, v_attempts) as counted(workspace_id, attempts)
        where w.workspace_id = counted.workspace_id and w.attempts <> counted.attempts;

        insert into inbound_attempt (
          workspace_id, slot, number, message_id, at, address, status, message, key_id, ignored_fields, body, duration_ms
        )
        select v_workspaces[q.owner], q.number % 100, q.number, q.id, v_started - q.waited * interval '1 millisecond', q.address,
          q.status, q.message, q.key_id,
          case when q.ignored is null then '{}' else array(select jsonb_array_elements_text(q.ignored::jsonb)) end,
          q.body, q.waited + extract(epoch from clock_timestamp() - v_started) * 1000
        from unnest(
          p_ids, v_owners, v_numbers, v_statuses, v_messages, v_keys, p_addresses, p_ignored_fields, p_bodies, p_waited
        ) as q(id, owner, number, status, message, key_id, address, ignored, body, waited)
        where q.number > v_attempts[q.owner] - 100
        on conflict (workspace_id, slot) do update set
          number = excluded.number, message_id = excluded.message_id, at = excluded.at, address = excluded.address,
          status = excluded.status, message = excluded.message, key_id = excluded.key_id,
          ignored_fields = excluded.ignored_fields, body = excluded.body, duration_ms = excluded.duration_ms;

        if v_with_files then
          select count(*) > 0 into v_fetch_due
          from (
            select array_agg(f.id::text) as keys, array_agg(f.id) as refs, array_agg(0::smallint) as slots
            from (select distinct u from unnest(v_files) u where u is not null) f(id)
          ) wanted, lane_enqueue('fetch', wanted.keys, wanted.slots, wanted.refs);
        end if;
        if v_accepted > v_waiting then
          select count(*) > 0 into v_lane_due
          from (
            select array_agg(q.account_id::text order by q.place) as keys, array_agg(q.id order by q.place) as refs,
              array_agg(0::smallint) as slots
            from unnest(p_ids, v_accounts, v_holds) with ordinality as q(id, account_id, hold, place)
            where q.account_id is not null and q.hold is null
          ) queued, lane_enqueue('send', queued.keys, queued.slots, queued.refs);
        end if;

        return query
          select a.status, a.message, a.key_id, v_workspaces[a.owner], v_lane_due, v_fetch_due
          from unnest(v_statuses, v_messages, v_keys, v_owners) with ordinality as a(status, message, key_id, owner, place)
          order by a.place;
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function accept_messages, accept_open_chats, credit_renew;');
  }
}
