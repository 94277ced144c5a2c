/**
 * SQL condition on account `a`: it wants a session. Linked ones that nothing keeps from connecting; stopped ones whose time is over (a ban
 * that ended) or of which somebody wants something; logged-out ones whose archived link is to be tried once more; those that somebody is
 * linking.
 */
export const WANTS_SESSION = `
  (exists (select from wa_creds c where c.account_id = a.id and c.linked) and (
    a.state not in ('logged_out', 'conflict', 'stopped') or a.wish is not null
    or a.state = 'stopped' and a.retry_at <= now()
  ))
  or a.wish = 'reconnect' and exists (select from wa_creds_archive r where r.account_id = a.id)
  or exists (select from account_pairing p where p.account_id = a.id and p.state in ('requested', 'waiting'))`;
