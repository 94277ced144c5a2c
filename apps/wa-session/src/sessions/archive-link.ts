import type { Transaction } from './account-record.js';

/** Archived links are kept for so long; WhatsApp's mistakes show within days. */
export const ARCHIVED_DAYS = 7;

/**
 * Takes the account's link out of use: its credentials and Signal keys move to the archive. Keys without credentials, of a link that
 * never came about, are removed.
 */
export async function archiveLink(tx: Transaction, accountId: string, reason: string): Promise<void> {
  await tx.query(
    `with creds as (
       delete from wa_creds where account_id = $1 returning sealed, format
     ), keys as (
       delete from wa_key where account_id = $1 returning type, id, sealed
     ), archive as (
       insert into wa_creds_archive (account_id, reason, sealed, format) select $1, $2, sealed, format from creds returning id
     )
     insert into wa_key_archive (archive_id, type, id, sealed)
     select a.id, k.type, k.id, k.sealed from archive a, keys k`,
    [accountId, reason],
  );
}

/** Puts the link that was archived last in use again, unless there is another one. */
export async function restoreLink(tx: Transaction, accountId: string): Promise<void> {
  await tx.query(
    `with latest as (
       select id, sealed, format from wa_creds_archive where account_id = $1 order by id desc limit 1 for update
     ), creds as (
       insert into wa_creds (account_id, sealed, format, linked) select $1, sealed, format, true from latest
       on conflict (account_id) do nothing
       returning account_id
     ), keys as (
       insert into wa_key (account_id, type, id, sealed)
       select c.account_id, k.type, k.id, k.sealed
       from creds c, latest l join wa_key_archive k on k.archive_id = l.id
       on conflict (account_id, type, id) do nothing
     )
     delete from wa_creds_archive a using latest l, creds c where a.id = l.id`,
    [accountId],
  );
}
