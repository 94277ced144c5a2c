import type { ObservedDatabase } from './observed-database.js';

/** Tables of which only the holder of an account's lease may write the rows, and the column that says whose they are. */
const WATCHED = {
  wa_key: 'account_id',
  wa_creds: 'account_id',
  wa_event: 'account_id',
  wa_sent: 'account_id',
  account: 'id',
};

/** @returns the database's address for one pod, whose connections bear its name */
export function urlOfPod(databaseUrl: string, pod: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('application_name', pod);
  return url.href;
}

/**
 * Watches from inside Postgres whether a pod writes what belongs to an account that another pod holds. It trusts nothing of the
 * product: a trigger compares the name of the connection with the lease in the same transaction. What a pod writes under an earlier lease of its own
 * it cannot tell apart; the tests of the unit of work do.
 */
export async function watchFence(database: ObservedDatabase): Promise<void> {
  await database.query(`
    create table chaos_breach (
      at timestamptz not null default clock_timestamp(), relation text not null, account_id uuid not null,
      writer text not null, holder text
    );
    create function chaos_watch() returns trigger language plpgsql as $$
    declare
      account uuid := coalesce(to_jsonb(new), to_jsonb(old)) ->> tg_argv[0];
      writer text := current_setting('application_name');
      holder text;
    begin
      -- Other services mark events as recorded; only pods of wa-session are under a lease.
      if writer not like 'wa-%' then return null; end if;
      select split_part(owner, '_', 1) into holder from session_lease where account_id = account;
      if holder is distinct from writer then
        insert into chaos_breach (relation, account_id, writer, holder) values (tg_table_name, account, writer, holder);
      end if;
      return null;
    end $$;
    ${Object.entries(WATCHED)
      .map(
        ([table, account]) =>
          `create trigger chaos_watch after insert or update or delete on ${table} for each row execute function chaos_watch('${account}');`,
      )
      .join('\n')}
  `);
}

/** What was written by a pod that did not hold the account's lease. */
export async function breachesOf(database: ObservedDatabase): Promise<string[]> {
  const rows = await database.query<{ sentence: string }>(
    `select format('%s wrote %s of %s, which %s held, at %s', writer, relation, account_id, coalesce(holder, 'nobody'), at) as sentence
       from chaos_breach order by at`,
  );
  return rows.map(({ sentence }) => sentence);
}
