import { failureReason } from '@waypost/kernel';
import type { Sql } from '@waypost/lanes';
import { failAndRefund, type Failure } from '@waypost/persistence';
import type { RecordedAccount } from './recorded-account.js';

/** WhatsApp refused a message of ours, with the code of its answer. */
export interface Refusal {
  account: RecordedAccount;
  keyId: string;
  code: string;
}

export interface Refused {
  /** Messages that failed now. */
  ids: Set<string>;
  /** What they had cost, given back. */
  credits: number;
}

/** From which a refusal still fails a message: what somebody got was not refused. */
const FROM = ['queued', 'sending', 'sent'] as const;

/**
 * Fails messages that WhatsApp refused, and gives back what they cost. The sender does the same with an answer that it still waits for;
 * this one also comes after the sender gave up, or after WhatsApp had acknowledged the message. Once, whoever is first. Lock the balances before.
 */
export async function recordRefusals(tx: Sql, refusals: readonly Refusal[]): Promise<Refused> {
  if (refusals.length === 0) return { ids: new Set(), credits: 0 };
  const { rows } = await tx.query(
    `select m.id, m.workspace_id as "workspaceId", got.code
     from unnest($1::uuid[], $2::text[], $3::text[]) as got (account_id, key_id, code)
     join message m on m.account_id = got.account_id and m.key_id = got.key_id
     where m.direction = 'sent' and m.origin in ('webhook', 'console') and m.state = any($4::text[])
     order by m.id
     for no key update of m`,
    [
      refusals.map(({ account }) => account.id),
      refusals.map(({ keyId }) => keyId),
      refusals.map(({ code }) => code),
      FROM,
    ],
  );
  const failures = new Map(rows.map((row) => [row.id as string, toFailure(row)]));
  return { ids: new Set(failures.keys()), credits: await failAndRefund(tx, [...failures.values()], FROM) };
}

function toFailure(row: { id: string; workspaceId: string; code: string }): Failure {
  const { id: messageId, workspaceId, code } = row;
  return { messageId, workspaceId, code, reason: failureReason(code) };
}
