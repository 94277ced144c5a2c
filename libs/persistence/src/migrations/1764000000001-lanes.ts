import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Plans must not depend on statistics: lanes and items are born faster than ANALYZE comes by, and a plan cached on the empty
 * table would read all of the full one. So these functions look rows up by index only, and their statements are written so that
 * a wrong guess costs the square of the batch at worst.
 */
const settings = `
      set enable_seqscan = off
      set enable_bitmapscan = off
      set enable_hashjoin = off
      set enable_mergejoin = off
      set enable_sort = off`;

/**
 * Lanes: paced, ordered, fenced queues. The tables are written through these functions only; `libs/lanes` calls them, and
 * other SQL functions may. Why they look like this: docs/decisions/0004-lanes.md.
 *
 * Each function that writes has the same shape: one statement locks lane rows in the order of their id, later statements see
 * everything as of after the locks. Done in one statement, the later part would see the time before them.
 * They time by clock_timestamp(), read under the locks: now() is when the caller's transaction began, which may be long ago.
 */
export class Lanes1764000000001 implements MigrationInterface {
  name = 'Lanes1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- next_at: when a worker may claim the lane; infinity while it is empty; the end of the lease while a worker holds it,
      -- so that the lane of a dead worker falls due by itself.
      -- attempts: how often the head item was claimed. lease_token: set while a worker holds the lane, new with each claim.
      create table lane (
        id bigint generated always as identity primary key,
        next_at timestamptz not null default 'infinity',
        pace_until timestamptz not null default '-infinity',
        lease_token bigint,
        attempts integer not null default 0,
        slot smallint not null default 0,
        is_open boolean not null default true,
        kind text not null,
        key text not null,
        unique (kind, key, slot)
      ) with (
        fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_cost_delay = 0
      );
      create index lane_due on lane (kind, next_at) where is_open and next_at < 'infinity';

      create sequence lane_lease;

      -- The head of a lane is its lowest id. Rows are inserted and deleted, never updated.
      create table lane_item (
        lane_id bigint not null,
        id bigint generated always as identity,
        ref uuid not null,
        primary key (lane_id, id)
      ) with (autovacuum_vacuum_cost_delay = 0);
    `);

    await runner.query(`
      -- The ids of lanes by name, null where there is none.
      create function lane_ids(p_kind text, p_keys text[], p_slots smallint[]) returns bigint[]
      language sql stable
      return array(
        select (select l.id from lane l where l.kind = p_kind and l.key = w.key and l.slot = w.slot)
        from unnest(p_keys, p_slots) with ordinality as w(key, slot, place)
        order by w.place
      );
    `);

    await runner.query(`
      -- Appends items in the given order. Returns the open lanes that were empty: their workers want a hint after commit.
      create function lane_enqueue(p_kind text, p_keys text[], p_slots smallint[], p_refs uuid[])
      returns table (key text, slot smallint)
      language plpgsql
      ${settings}
      as $$
      #variable_conflict use_column
      declare
        v_ids bigint[] := lane_ids(p_kind, p_keys, p_slots);
        v_zeros bigint[] := '{}';
        v_empty bigint[];
      begin
        if array_position(v_ids, null) is not null then
          -- Slot 0 stands for its key: born with the first slot, it tells later ones whether the key is open.
          insert into lane (kind, key, slot)
          select p_kind, m.key, m.slot
          from (
            select w.key, w.slot from unnest(p_keys, p_slots) as w(key, slot)
            union select w.key, 0::smallint from unnest(p_keys) as w(key)
          ) m
          order by m.key, m.slot
          on conflict do nothing;
          v_ids := lane_ids(p_kind, p_keys, p_slots);
          v_zeros := lane_ids(p_kind, p_keys, array_fill(0::smallint, array[cardinality(p_keys)]));
        end if;

        select array_agg(l.id) filter (where l.next_at = 'infinity') into v_empty
        from (
          select l.id, l.next_at from lane l where l.id = any(v_ids || v_zeros) order by l.id for no key update
        ) l;

        if cardinality(v_zeros) > 0 then
          update lane l set is_open = false
          where l.id = any(v_ids) and l.is_open and not (
            select zero.is_open from lane zero where zero.kind = p_kind and zero.key = l.key and zero.slot = 0
          );
        end if;

        insert into lane_item (lane_id, ref)
        select w.lane_id, w.ref from unnest(v_ids, p_refs) with ordinality as w(lane_id, ref, place) order by w.place;

        if v_empty is not null then
          return query
            with due as (
              update lane l set next_at = greatest(clock_timestamp(), l.pace_until)
              where l.id = any(v_empty) and l.id = any(v_ids)
              returning l.key, l.slot, l.is_open
            )
            select d.key, d.slot from due d where d.is_open;
        end if;
      end $$;
    `);

    await runner.query(`
      -- Opens or closes all slots of the keys, those not yet born included. A lease in flight is not disturbed.
      -- Returns the lanes that were opened with items in them: their workers want a hint after commit.
      create function lane_set_open(p_kind text, p_keys text[], p_open boolean)
      returns table (key text, slot smallint)
      language plpgsql
      ${settings}
      as $$
      #variable_conflict use_column
      begin
        insert into lane (kind, key)
        select p_kind, w.key from (select distinct u.key from unnest(p_keys) as u(key)) w
        where not exists (select from lane l where l.kind = p_kind and l.key = w.key and l.slot = 0)
        order by w.key
        on conflict do nothing;

        perform 1 from lane l
        where l.kind = p_kind and l.key = any(p_keys)
        order by l.id
        for no key update;

        return query
          with changed as (
            -- A lane that fell due while closed is due as of now, not ahead of lanes that have waited in the open.
            update lane l set is_open = p_open,
              next_at = case when p_open and l.next_at < 'infinity'
                then greatest(l.next_at, clock_timestamp()) else l.next_at end
            where l.kind = p_kind and l.key = any(p_keys) and l.is_open <> p_open
            returning l.key, l.slot, l.next_at
          )
          select c.key, c.slot from changed c where p_open and c.next_at < 'infinity';
      end $$;
    `);

    await runner.query(`
      -- Ends the waiting of all slots of the keys: what was to be tried again later is due now, or when its pace is over.
      -- Returns the open lanes that fell due: their workers want a hint after commit.
      create function lane_hasten(p_kind text, p_keys text[])
      returns table (key text, slot smallint)
      language plpgsql
      ${settings}
      as $$
      #variable_conflict use_column
      begin
        perform 1 from lane l
        where l.kind = p_kind and l.key = any(p_keys)
        order by l.id
        for no key update;

        return query
          with changed as (
            update lane l set next_at = greatest(clock_timestamp(), l.pace_until)
            where l.kind = p_kind and l.key = any(p_keys) and l.lease_token is null
              and l.next_at < 'infinity' and l.next_at > greatest(clock_timestamp(), l.pace_until)
            returning l.key, l.slot, l.is_open
          )
          select c.key, c.slot from changed c where c.is_open;
      end $$;
    `);

    await runner.query(`
      -- Takes items out of lanes that nobody works, wherever they stand in them.
      create function lane_remove(p_kind text, p_keys text[], p_refs uuid[]) returns void
      language plpgsql
      ${settings}
      as $$
      declare
        v_lanes bigint[];
      begin
        select array_agg(l.id) into v_lanes from (
          select l.id, l.lease_token, l.next_at from lane l
          where l.kind = p_kind and l.key = any(p_keys)
          order by l.id
          for no key update
        ) l
        where l.lease_token is null or l.next_at <= clock_timestamp();

        delete from lane_item i where i.lane_id = any(v_lanes) and i.ref = any(p_refs);
        update lane l set lease_token = null, attempts = 0,
          next_at = case when exists (select from lane_item i where i.lane_id = l.id) then l.next_at else 'infinity' end
        where l.id = any(v_lanes);
      end $$;
    `);

    await runner.query(`
      -- Moves items to another slot of their key, where they keep their place: items of a lane are in the order in which they were
      -- enqueued, in whatever slot. What a worker has in its hands stays where it is. Returns the open lanes that fell due: their
      -- workers want a hint after commit.
      create function lane_move(p_kind text, p_keys text[], p_from smallint[], p_to smallint[], p_refs uuid[])
      returns table (key text, slot smallint)
      language plpgsql
      ${settings}
      as $$
      #variable_conflict use_column
      declare
        v_from bigint[];
        v_to bigint[];
        v_zeros bigint[];
      begin
        insert into lane (kind, key, slot)
        select p_kind, m.key, m.slot
        from (
          select w.key, w.slot from unnest(p_keys, p_to) as w(key, slot)
          union select w.key, 0::smallint from unnest(p_keys) as w(key)
        ) m
        where not exists (select from lane l where l.kind = p_kind and l.key = m.key and l.slot = m.slot)
        order by m.key, m.slot
        on conflict do nothing;
        v_from := lane_ids(p_kind, p_keys, p_from);
        v_to := lane_ids(p_kind, p_keys, p_to);
        v_zeros := lane_ids(p_kind, p_keys, array_fill(0::smallint, array[cardinality(p_keys)]));

        perform 1 from lane l where l.id = any(v_from || v_to || v_zeros) order by l.id for no key update;

        -- Slot 0 tells whether the key is open.
        update lane l set is_open = false
        where l.id = any(v_to) and l.is_open and not (
          select zero.is_open from lane zero where zero.kind = p_kind and zero.key = l.key and zero.slot = 0
        );

        with moved as (
          delete from lane_item i
          using (
            select w.from_id, w.to_id, w.ref,
              (
                select head.id from lane_item head join lane l on l.id = head.lane_id
                where head.lane_id = w.from_id and l.lease_token is not null and l.next_at > clock_timestamp()
                order by head.id limit 1
              ) as in_hands
            from unnest(v_from, v_to, p_refs) as w(from_id, to_id, ref)
            where w.from_id <> w.to_id
          ) wanted
          where i.lane_id = wanted.from_id and i.ref = wanted.ref and i.id is distinct from wanted.in_hands
          returning wanted.to_id, i.id, i.ref
        )
        insert into lane_item (lane_id, id, ref) overriding system value select to_id, id, ref from moved;

        -- As after lane_remove.
        update lane l set lease_token = null, attempts = 0,
          next_at = case when exists (select from lane_item i where i.lane_id = l.id) then l.next_at else 'infinity' end
        where l.id = any(v_from) and l.id <> all(v_to) and (l.lease_token is null or l.next_at <= clock_timestamp());

        return query
          with due as (
            update lane l set next_at = greatest(clock_timestamp(), l.pace_until)
            where l.id = any(v_to) and l.next_at = 'infinity' and exists (select from lane_item i where i.lane_id = l.id)
            returning l.key, l.slot, l.is_open
          )
          select d.key, d.slot from due d where d.is_open;
      end $$;
    `);

    await runner.query(`
      -- Deletes up to p_limit empty lanes whose key sorts before p_below, and tells how many. Nothing may be enqueued under such a
      -- key any more: an item that came meanwhile would be lost.
      create function lane_forget(p_kind text, p_below text, p_limit integer) returns integer
      language sql
      begin atomic
        with gone as (
          delete from lane where id in (
            select l.id from lane l
            where l.kind = p_kind and l.key < p_below and l.next_at = 'infinity' and l.lease_token is null
            order by l.key limit p_limit
            for update skip locked
          )
          returning 1
        )
        select count(*)::integer from gone;
      end;
    `);

    await runner.query(`
      -- Leases up to p_limit due lanes, the longest due first, and returns the head of each.
      -- One more row, the last and without a lane, says when the next lane falls due (null: none is to come), and what to give as
      -- p_since to the next claim. Between two vacuums the dead entries of the past pile up at the start of the index; since
      -- skips them. What commits later with an earlier time, as long transactions do, is found by a claim without it.
      create function lane_claim(p_kind text, p_limit integer, p_lease_ms integer, p_since timestamptz default '-infinity')
      returns table (
        lane_id bigint, key text, slot smallint, token bigint, item_id bigint, ref uuid, attempts integer,
        late_ms double precision, due_in_ms double precision, since timestamptz
      )
      language plpgsql
      ${settings}
      as $$
      #variable_conflict use_column
      declare
        v_now timestamptz := clock_timestamp();
        v_due bigint[];
        v_was timestamptz[];
        v_lanes bigint[];
        v_items bigint[];
        v_refs uuid[];
        v_token bigint;
        v_next timestamptz;
      begin
        select array_agg(due.id), array_agg(due.next_at) into v_due, v_was from (
          select l.id, l.next_at
          from lane l
          where l.kind = p_kind and l.is_open and l.next_at < 'infinity' and l.next_at between p_since and v_now
          order by l.next_at
          limit p_limit
          for no key update skip locked
        ) due;

        select array_agg(due.id), array_agg(due.was), array_agg(head.id), array_agg(head.ref)
        into v_lanes, v_was, v_items, v_refs
        from unnest(v_due, v_was) as due(id, was)
        cross join lateral (
          select i.id, i.ref from lane_item i where i.lane_id = due.id order by i.id limit 1
        ) head;

        if cardinality(v_due) > coalesce(cardinality(v_lanes), 0) then
          -- A due lane without items should not be; this one goes back to sleep.
          update lane l set next_at = 'infinity', lease_token = null, attempts = 0
          where l.id = any(v_due) and l.id <> all(coalesce(v_lanes, '{}'));
        end if;

        if v_lanes is not null then
          v_token := nextval('lane_lease');
          return query
            with claimed as (
              update lane l set
                next_at = v_now + p_lease_ms * interval '1 millisecond',
                lease_token = v_token,
                attempts = l.attempts + 1
              where l.id = any(v_lanes)
              returning l.id, l.key, l.slot, l.attempts - 1 as attempts, array_position(v_lanes, l.id) as n
            )
            select c.id, c.key, c.slot, v_token, v_items[c.n], v_refs[c.n], c.attempts,
              extract(epoch from v_now - v_was[c.n])::double precision * 1000, null::double precision,
              null::timestamptz
            from claimed c
            order by c.n;
        end if;

        select l.next_at into v_next
        from lane l
        where l.kind = p_kind and l.is_open and l.next_at < 'infinity' and l.next_at >= p_since
        order by l.next_at
        limit 1;
        return query select null::bigint, null::text, null::smallint, null::bigint, null::bigint, null::uuid, null::integer,
          null::double precision, extract(epoch from v_next - clock_timestamp())::double precision * 1000,
          least(v_next, v_now) - interval '500 milliseconds';
      end $$;
    `);

    await runner.query(`
      -- Ends leases. done: the item leaves the lane, the next is due after the pace. Not done: the head stays and is due
      -- after after_ms, and not before the pace. pace_ms null: the lane's pace stays as it is.
      -- A lease that is no longer held changes nothing. Returns the positions (from 1) that took effect, and when the lane is
      -- due again (null: it is empty).
      create function lane_settle(
        p_lanes bigint[], p_tokens bigint[], p_items bigint[], p_done boolean[], p_after_ms integer[], p_pace_ms integer[]
      )
      returns table (place integer, due_in_ms double precision)
      language plpgsql
      ${settings}
      as $$
      #variable_conflict use_column
      declare
        v_now timestamptz;
        v_lanes bigint[];
        v_items bigint[];
        v_done boolean[];
        v_after integer[];
        v_pace integer[];
        v_places integer[];
      begin
        perform 1 from lane l where l.id = any(p_lanes) order by l.id for no key update;

        v_now := clock_timestamp();
        select array_agg(s.lane_id), array_agg(s.item_id), array_agg(s.done), array_agg(s.after_ms), array_agg(s.pace_ms),
          array_agg(s.place::integer)
        into v_lanes, v_items, v_done, v_after, v_pace, v_places
        from unnest(p_lanes, p_tokens, p_items, p_done, p_after_ms, p_pace_ms)
          with ordinality as s(lane_id, token, item_id, done, after_ms, pace_ms, place)
        where s.token = (select l.lease_token from lane l where l.id = s.lane_id);

        delete from lane_item i where i.ctid = any(array(
          select (select d.ctid from lane_item d where d.lane_id = s.lane_id and d.id = s.item_id)
          from unnest(v_lanes, v_items, v_done) as s(lane_id, item_id, done)
          where s.done
        ));

        return query
          with settled as (
            update lane l set lease_token = null, (attempts, pace_until, next_at) = (
              select
                case when v_done[s.n] then 0 else l.attempts end,
                greatest(l.pace_until, v_now + v_pace[s.n] * interval '1 millisecond'),
                case
                  when v_done[s.n] and not exists (select from lane_item i where i.lane_id = l.id) then 'infinity'
                  else v_now + greatest(v_after[s.n], v_pace[s.n]) * interval '1 millisecond' end
              from (select array_position(v_lanes, l.id) as n offset 0) s
            )
            where l.id = any(v_lanes)
            returning v_places[array_position(v_lanes, l.id)] as place, l.next_at
          )
          select s.place, case when s.next_at < 'infinity'
            then extract(epoch from s.next_at - v_now)::double precision * 1000 end
          from settled s;
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function lane_settle, lane_claim, lane_forget, lane_move, lane_remove, lane_hasten, lane_set_open, lane_enqueue, lane_ids;
      drop table lane_item, lane;
      drop sequence lane_lease;
    `);
  }
}
