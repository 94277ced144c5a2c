import type { FileKind, SendFile } from '@waypost/contracts';
import type { OutgoingState } from '@waypost/kernel';
import type { Claim } from '@waypost/lanes';
import type { Pool, QueryConfig } from 'pg';

/** Milliseconds between the end of a send and the start of the next one of its account. */
export interface Pace {
  minMs: number;
  maxMs: number;
}

/** What WhatsApp said about the recipient's phone number when it was asked last. */
export interface NumberCheck {
  /** It still counts: for 7 days when the number is on WhatsApp, for an hour when not. */
  fresh: boolean;
  onWhatsApp: boolean;
  /** Where its messages go. */
  sendTo?: string;
}

/** A message at the head of its account's lane, with all that decides what to do with it. */
export interface DueMessage {
  id: string;
  workspaceId: string;
  accountId: string;
  chatId: string;
  keyId: string;
  recipientJid: string;
  /** The caption, where there is a file. */
  text: string;
  /** `missing`: it was to have one, and its content is not stored. */
  file?: SendFile | 'missing';
  state: OutgoingState;
  expired: boolean;
  /** Since when a send of it may be in flight, of which nobody knows the end: its dispatcher died, or lost the lane. */
  begunMsAgo?: number;
  /** The account's own; absent: the deployment's. */
  pace?: Pace;
  /** The pod with the session, while its lease is valid by the database's clock. */
  owner?: { pod: string; epoch: number };
  check?: NumberCheck;
  /** Something came from this chat. Told only where `check` is no fresh yes, or new chats are locked. */
  heardFrom: boolean;
  /** WhatsApp lets the account write to known contacts only. */
  newChatsLocked: boolean;
  /** An earlier message of the chat is held, or was put into the lane behind this one when it was held no more. */
  earlierWaits: boolean;
}

interface Row extends Omit<DueMessage, 'file' | 'begunMsAgo' | 'pace' | 'owner' | 'check'> {
  fileId: string | null;
  fileName: string | null;
  fileKind: FileKind | null;
  mimeType: string | null;
  begunMsAgo: number | null;
  paceMinMs: number | null;
  paceMaxMs: number | null;
  pod: string | null;
  epoch: string | null;
  checkFresh: boolean | null;
  onWhatsApp: boolean | null;
  sendTo: string | null;
}

/**
 * The costly questions are asked of few: whether somebody ever wrote, when it matters; what waits before a message, when the account was ever
 * locked for new chats. A message a day older than another of its chat has expired and may be overtaken.
 */
const DUE = `
  select m.id, m.workspace_id as "workspaceId", m.account_id as "accountId", m.chat_id as "chatId", m.key_id as "keyId",
    m.recipient_jid as "recipientJid", m.text, m.state, coalesce(m.expires_at <= now(), false) as expired,
    extract(epoch from clock_timestamp() - m.begun_at)::double precision * 1000 as "begunMsAgo",
    m.file_id as "fileId", m.file_name as "fileName", f.kind as "fileKind", f.mime_type as "mimeType",
    a.pace_min_ms as "paceMinMs", a.pace_max_ms as "paceMaxMs", l.owner as pod, l.epoch,
    is_fresh as "checkFresh", d.on_whatsapp as "onWhatsApp", d.send_to as "sendTo",
    is_locked as "newChatsLocked",
    case when is_locked or is_fresh is not true or d.on_whatsapp is not true then exists (
      select from message r where r.chat_id = m.chat_id and r.direction = 'received'
    ) else false end as "heardFrom",
    case when a.new_chats_locked_until is not null then exists (
      select from message e
      where e.chat_id = m.chat_id and (e.message_at, e.id) < (m.message_at, m.id)
        and e.message_at > m.message_at - interval '24 hours' and e.direction = 'sent' and e.state = 'queued'
    ) else false end as "earlierWaits"
  from message m
  left join account a on a.id = m.account_id
  left join session_lease l on l.account_id = m.account_id and l.expires_at > now()
  left join contact_address d on d.account_id = m.account_id and d.jid = m.recipient_jid
  left join file f on f.id = m.file_id and f.state = 'stored'
  cross join lateral (
    select d.checked_at > now() - case when d.on_whatsapp then interval '7 days' else interval '1 hour' end as is_fresh,
      coalesce(a.new_chats_locked_until > now(), false) as is_locked
  ) known
  where m.id = any($1::uuid[])`;

/** The messages, by id, and the owners of their sessions as of now. */
export async function loadDueMessages(
  pool: Pool,
  ids: readonly string[],
  deadlineMs: number,
): Promise<Map<string, DueMessage>> {
  const query: QueryConfig & { query_timeout: number } = {
    name: 'load-due-messages',
    text: DUE,
    values: [ids],
    query_timeout: deadlineMs,
  };
  const { rows } = await pool.query<Row>(query);
  return new Map(rows.map((row) => [row.id, toMessage(row)]));
}

function toMessage(row: Row): DueMessage {
  const { fileId, fileName, fileKind, mimeType, paceMinMs, paceMaxMs, pod, epoch, checkFresh, onWhatsApp } =
    row;
  const file = fileKind && mimeType && fileName ? { kind: fileKind, name: fileName, mimeType } : undefined;
  return {
    id: row.id,
    workspaceId: row.workspaceId,
    accountId: row.accountId,
    chatId: row.chatId,
    keyId: row.keyId,
    recipientJid: row.recipientJid,
    text: row.text,
    file: fileId === null ? undefined : file ? { fileId, ...file } : 'missing',
    state: row.state,
    expired: row.expired,
    begunMsAgo: row.begunMsAgo ?? undefined,
    pace: paceMinMs !== null && paceMaxMs !== null ? { minMs: paceMinMs, maxMs: paceMaxMs } : undefined,
    owner: pod !== null && epoch !== null ? { pod, epoch: Number(epoch) } : undefined,
    check:
      checkFresh === null
        ? undefined
        : { fresh: checkFresh, onWhatsApp: onWhatsApp === true, sendTo: row.sendTo ?? undefined },
    heardFrom: row.heardFrom,
    newChatsLocked: row.newChatsLocked,
    earlierWaits: row.earlierWaits,
  };
}

/**
 * Notes, before anything leaves, that sends of these messages begin: whoever finds one of them with this note knows that it may be in
 * flight. Only under the lease of the claim, and only when it outlasts the send: a worker that stood still for so long that its lanes may go
 * to another begins nothing.
 *
 * @returns the ids of those that may be sent
 */
export async function beginSends(
  pool: Pool,
  claims: readonly Claim[],
  sendTimeoutMs: number,
  deadlineMs: number,
): Promise<Set<string>> {
  if (claims.length === 0) return new Set();
  const query: QueryConfig & { query_timeout: number } = {
    name: 'begin-sends',
    text: `
      with locked as (
        select id from message where id = any($1::uuid[]) order by id for no key update
      )
      update message m set state = 'sending', begun_at = clock_timestamp()
      from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as b(id, lane_id, token)
      join locked using (id)
      where m.id = b.id and m.state in ('queued', 'sending') and (
        select l.lease_token = b.token and l.next_at > clock_timestamp() + $4::integer * interval '1 millisecond'
        from lane l where l.id = b.lane_id
      )
      returning m.id`,
    values: [
      claims.map(({ ref }) => ref),
      claims.map(({ laneId }) => laneId),
      claims.map(({ token }) => token),
      sendTimeoutMs,
    ],
    query_timeout: deadlineMs,
  };
  const { rows } = await pool.query<{ id: string }>(query);
  return new Set(rows.map(({ id }) => id));
}
