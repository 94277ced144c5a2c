import { Inject, Injectable } from '@nestjs/common';
import { subjects } from '@waypost/contracts';
import { Messenger } from '@waypost/messaging';
import { Database, failAndRefund, inTransaction, lockBalances } from '@waypost/persistence';
import { failure } from '../sending/message-outcome.js';
import { SendMetrics } from '../sending/send-metrics.js';
import { PeriodicSweep } from '@waypost/platform';

const CHATS = 100;
const MESSAGES = 500;

/**
 * Chats whose first held message need not wait any more, or has expired. From chat to chat through the index of held messages, so that
 * what waits behind the first ones costs nothing.
 */
const READY = `
  with recursive first as (
    (
      select m.chat_id, m.account_id, m.state, m.hold, m.expires_at from message m
      where m.hold is not null order by m.chat_id, m.message_at, m.id limit 1
    )
    union all
    select next.* from first cross join lateral (
      select m.chat_id, m.account_id, m.state, m.hold, m.expires_at from message m
      where m.hold is not null and m.chat_id > first.chat_id order by m.chat_id, m.message_at, m.id limit 1
    ) next
  )
  select first.chat_id as id from first left join account a on a.id = first.account_id
  where first.state <> 'queued' or first.expires_at <= now() or first.hold = 'behind'
    or first.hold = 'new_chats_locked' and (a.new_chats_locked_until > now() is not true or exists (
      select from message heard where heard.chat_id = first.chat_id and heard.direction = 'received'
    ))
  limit $1`;

const EXPIRED = `
  select m.id, m.workspace_id as "workspaceId" from message m
  where m.chat_id = any($1::bigint[]) and m.hold is not null and m.state = 'queued' and m.expires_at <= now()
  order by m.chat_id, m.message_at, m.id
  limit $2`;

/**
 * Ends what only time ends: fails and refunds held messages that have expired, and lets go of those that waited until an account may write to
 * new contacts again, or whose contacts have written meanwhile.
 */
@Injectable()
export class HeldSweep extends PeriodicSweep {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Messenger) private readonly messenger: Messenger,
    @Inject(SendMetrics) private readonly metrics: SendMetrics,
  ) {
    super('held');
  }

  /** @returns in how many chats something happened */
  protected async batch(): Promise<number> {
    const ready = await this.database.pool.query<{ id: string }>(READY, [CHATS]);
    const chats = ready.rows.map(({ id }) => id);
    if (chats.length === 0) return 0;
    const { due, credits } = await inTransaction(this.database.pool, async (tx) => {
      const { rows } = await tx.query(EXPIRED, [chats, MESSAGES]);
      const failures = rows.map((row) => failure(row, 'expired'));
      await lockBalances(
        tx,
        failures.map(({ workspaceId }) => workspaceId),
      );
      // Before their messages, as whoever decides about files does.
      await tx.query('select from chat where id = any($1::bigint[]) order by id for no key update', [chats]);
      const credits = await failAndRefund(tx, failures);
      const released = await tx.query<{ due: boolean }>('select message_release($1::bigint[]) as due', [
        chats,
      ]);
      return { due: released.rows[0]?.due, credits };
    });
    this.metrics.refunded(credits);
    if (due) this.messenger.hint(subjects.sendLaneDue);
    return chats.length;
  }
}
