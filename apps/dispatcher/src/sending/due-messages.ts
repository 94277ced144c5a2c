import type { OutgoingState } from '@waypost/kernel';
import type { Pool, QueryConfig } from 'pg';

/** A message at the head of its account's lane, and who holds the account's session. */
export interface DueMessage {
  id: string;
  workspaceId: string;
  accountId: string;
  keyId: string;
  recipientJid: string;
  text: string;
  cost: number;
  state: OutgoingState;
  expired: boolean;
  /** The pod with the session, while its lease is valid by the database's clock. */
  owner?: { pod: string; epoch: number };
}

/**
 * The messages, by id, with the owners of their sessions as of now. Those about to be sent become `sending` in the same statement;
 * the `state` that comes back is the one before.
 */
export async function loadDueMessages(
  pool: Pool,
  ids: readonly string[],
  deadlineMs: number,
): Promise<Map<string, DueMessage>> {
  const query: QueryConfig & { query_timeout: number } = {
    name: 'load-due-messages',
    query_timeout: deadlineMs,
    text: `
      with due as (
        select m.*, m.expires_at <= now() as expired, l.owner as pod, l.epoch
        from message m left join session_lease l on l.account_id = m.account_id and l.expires_at > now()
        where m.id = any($1::uuid[])
      ), begun as (
        update message set state = 'sending' from due
        where message.id = due.id and message.state = 'queued' and due.pod is not null and due.expired is not true
      )
      select id, workspace_id as "workspaceId", account_id as "accountId", key_id as "keyId", text, cost, state,
        recipient_jid as "recipientJid", coalesce(expired, false) as expired, pod, epoch
      from due`,
    values: [ids],
  };
  const { rows } = await pool.query<Omit<DueMessage, 'owner'> & { pod: string | null; epoch: string | null }>(
    query,
  );
  return new Map(
    rows.map(({ pod, epoch, ...message }) => [
      message.id,
      { ...message, owner: pod !== null && epoch !== null ? { pod, epoch: Number(epoch) } : undefined },
    ]),
  );
}
