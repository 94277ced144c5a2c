import { Injectable } from '@nestjs/common';
import { laneKinds, subjects } from '@waypost/contracts';
import { uuidv7 } from '@waypost/kernel';
import { countItems } from '@waypost/lanes';
import { Messenger } from '@waypost/messaging';
import { Database, type AccountState, type AccountWish, type Network } from '@waypost/persistence';
import type { Pool } from 'pg';
import type { Caller } from '../access/caller.js';
import { Writes, type Tell } from '../writing/writes.js';
import { cursorParts, readCursor, toPage, type Page, type PageQuery } from '../http/page.js';
import { invalidField, ProblemError } from '../http/problem.js';
import { noSuch } from '../http/id.pipe.js';
import type { AccountResource, PatchAccountBody } from './account-resource.js';
import { explainAccount } from './explain-account.js';

interface AccountRow {
  id: string;
  network: Network;
  phone: string | null;
  owner_id: string;
  owner_name: string;
  owner_email: string;
  state: AccountState;
  state_reason: string | null;
  connected_at: Date | null;
  retry_at: Date | null;
  pace_min_ms: number | null;
  pace_max_ms: number | null;
  /** Null when the lock is over. */
  new_chats_locked_until: Date | null;
  wish: AccountWish | null;
  without_owner: boolean;
  looks_up: boolean;
}

/** An account may be between two pods for so long. */
const CHANGES_HANDS = `interval '30 seconds'`;

/**
 * `without_owner`: a session is wanted, and no pod has had the account for a while. `looks_up`: what is next in its lane was tried in vain, and its number
 * was never answered for.
 */
const SELECT = `
  select a.id, a.network, a.phone, m.id as owner_id, m.full_name as owner_name, m.email as owner_email,
    a.state, a.state_reason, a.connected_at, a.retry_at, a.pace_min_ms, a.pace_max_ms, a.wish,
    case when a.new_chats_locked_until > now() then a.new_chats_locked_until end as new_chats_locked_until,
    coalesce(greatest(
      l.expires_at, a.wished_at, p.requested_at, case when a.state = 'stopped' then a.retry_at end
    ), '-infinity') < now() - ${CHANGES_HANDS} and (
      a.state in ('connected', 'connecting', 'backing_off') or a.wish is not null or p.state in ('requested', 'waiting')
      or a.state = 'stopped' and a.retry_at is not null
    ) as without_owner,
    coalesce((
      select lane.attempts > 1 and next.recipient_jid like '%@s.whatsapp.net' and d.checked_at is null
      from lane
      cross join lateral (select i.ref from lane_item i where i.lane_id = lane.id order by i.id limit 1) head
      join message next on next.id = head.ref
      left join contact_address d on d.account_id = a.id and d.jid = next.recipient_jid
      where lane.kind = '${laneKinds.send}' and lane.key = a.id::text and lane.slot = 0
    ), false) as looks_up
  from account a
  join member m on m.id = a.owner_member_id
  left join session_lease l on l.account_id = a.id
  left join account_pairing p on p.account_id = a.id
  where a.workspace_id = $1 and a.deleted_at is null`;

/** Of account `a`. */
const LINKED = 'exists (select from wa_creds c where c.account_id = a.id and c.linked)';
const LINKING = `exists (
  select from account_pairing o where o.account_id = a.id and o.state in ('requested', 'waiting')
)`;
const ARCHIVED = 'exists (select from wa_creds_archive r where r.account_id = a.id)';

/** The WhatsApp accounts of a workspace. Their state is wa-session's to write. */
@Injectable()
export class Accounts {
  constructor(
    private readonly database: Database,
    private readonly writes: Writes,
    private readonly messenger: Messenger,
  ) {}

  /** Oldest first: ids are ordered by time. */
  async list(caller: Caller, query: PageQuery): Promise<Page<AccountResource>> {
    const [after] = readCursor(query.cursor, [cursorParts.uuid]);
    const { rows } = await this.database.pool.query<AccountRow>(
      `${SELECT} and ($2::uuid is null or a.id > $2) order by a.id limit $3`,
      [caller.workspaceId, after, query.limit + 1],
    );
    const queues = await this.queues(rows);
    return toPage(
      rows,
      query.limit,
      (row) => toResource(row, queues),
      (row) => [row.id],
    );
  }

  /** @throws ProblemError `not-found` */
  async get(caller: Caller, id: string): Promise<AccountResource> {
    const { rows } = await this.database.pool.query<AccountRow>(`${SELECT} and a.id = $2`, [
      caller.workspaceId,
      id,
    ]);
    if (!rows[0]) throw noSuch('account');
    return toResource(rows[0], await this.queues(rows));
  }

  async create(caller: Caller, network: Network): Promise<AccountResource> {
    const id = uuidv7();
    await this.writes.byMember(caller, (tx) =>
      tx.query('insert into account (id, workspace_id, owner_member_id, network) values ($1, $2, $3, $4)', [
        id,
        caller.workspaceId,
        caller.memberId,
        network,
      ]),
    );
    this.messenger.hint(subjects.accountsChanged);
    return this.get(caller, id);
  }

  /** @throws ProblemError `not-found`, `invalid-request` when the two do not fit together */
  async setPace(
    caller: Caller,
    id: string,
    { paceMinMs, paceMaxMs }: PatchAccountBody,
  ): Promise<AccountResource> {
    if ((paceMinMs === null) !== (paceMaxMs === null)) {
      throw invalidField('paceMaxMs', 'paceMinMs and paceMaxMs must both be given, or both be null');
    }
    if (paceMinMs !== null && paceMaxMs !== null && paceMaxMs < paceMinMs) {
      throw invalidField('paceMaxMs', 'paceMaxMs must not be less than paceMinMs');
    }
    await this.writes.byMember(caller, async (tx, tell) => {
      const { rows } = await tx.query<Named>(
        `update account set pace_min_ms = $3, pace_max_ms = $4
         where workspace_id = $1 and id = $2 and deleted_at is null returning phone`,
        [caller.workspaceId, id, paceMinMs, paceMaxMs],
      );
      tellPhone(rows, tell);
    });
    return this.get(caller, id);
  }

  /**
   * Asks the account's session to connect now, whatever it waits for or was stopped by. A live connection is left alone.
   * @throws ProblemError `not-found`, `account-not-linked`
   */
  async reconnect(caller: Caller, id: string): Promise<AccountResource> {
    const condition = `a.state <> 'connected' and a.wish is distinct from 'log_out' and (${LINKED} or ${ARCHIVED})`;
    await this.wish(caller, id, { wish: 'reconnect', condition }, (state) =>
      state === 'connected' ? undefined : 'There is no link to connect with. Link the account to a phone.',
    );
    return this.get(caller, id);
  }

  /**
   * Asks the account's session to end its link at WhatsApp.
   * @throws ProblemError `not-found`, `account-not-linked`
   */
  async logOut(caller: Caller, id: string): Promise<AccountResource> {
    await this.wish(
      caller,
      id,
      { wish: 'log_out', condition: LINKED },
      () => 'The account is not linked to a phone; there is nothing to log out.',
    );
    return this.get(caller, id);
  }

  /**
   * Takes the account out of the workspace: its link is ended, what waits to be sent fails and is refunded (by the dispatcher, within two minutes),
   * its chats stay readable.
   * @throws ProblemError `not-found`
   */
  async remove(caller: Caller, id: string): Promise<void> {
    await this.writes.byMember(caller, async (tx, tell) => {
      const { rows } = await tx.query<Named>(
        `with linking as (
         update account_pairing set state = 'failed', qr = null, code = null, detail = 'The account was removed.', updated_at = now()
         where account_id = $2 and state in ('requested', 'waiting')
           and exists (select from account a where a.id = $2 and a.workspace_id = $1)
       )
       update account a set deleted_at = now(),
         wish = case when ${LINKED} or ${LINKING} then 'log_out' end,
         wished_at = case when ${LINKED} or ${LINKING} then clock_timestamp() end
       where a.workspace_id = $1 and a.id = $2 and a.deleted_at is null
       returning a.phone`,
        [caller.workspaceId, id],
      );
      tellPhone(rows, tell);
    });
    this.messenger.hint(subjects.accountsChanged);
  }

  /**
   * @param refusal why it cannot be asked for in this state; undefined where it need not be
   * @throws ProblemError `not-found`, `account-not-linked`
   */
  private async wish(
    caller: Caller,
    id: string,
    { wish, condition }: { wish: AccountWish; condition: string },
    refusal: (state: AccountState) => string | undefined,
  ): Promise<void> {
    await this.writes.byMember(caller, async (tx, tell) => {
      const { rows } = await tx.query<Named & { state: AccountState; asked: boolean }>(
        `with asked as (
           update account a set wish = $3, wished_at = clock_timestamp()
           where a.workspace_id = $1 and a.id = $2 and a.deleted_at is null and ${condition}
           returning id
         )
         select phone, state, exists (select from asked) as asked from account
         where workspace_id = $1 and id = $2 and deleted_at is null`,
        [caller.workspaceId, id, wish],
      );
      tellPhone(rows, tell);
      const why = rows[0]!.asked ? undefined : refusal(rows[0]!.state);
      if (why !== undefined) throw new ProblemError('account-not-linked', why);
    });
    this.messenger.hint(subjects.accountsChanged);
  }

  private async queues(rows: AccountRow[]): Promise<Queues> {
    const ids = rows.map(({ id }) => id);
    const { pool } = this.database;
    const [inLane, held] = await Promise.all([countItems(pool, laneKinds.send, ids), countHeld(pool, ids)]);
    return { inLane, held };
  }
}

interface Named {
  phone: string | null;
}

/** @throws ProblemError `not-found` when there is none */
function tellPhone(rows: Named[], tell: Tell): void {
  if (!rows[0]) throw noSuch('account');
  if (rows[0].phone !== null) tell(rows[0].phone);
}

/** Messages by account, those in its lane and those that are held outside. */
interface Queues {
  inLane: Map<string, number>;
  held: Map<string, number>;
}

async function countHeld(pool: Pool, accountIds: string[]): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ account_id: string; messages: number }>(
    `select account_id, count(*)::integer as messages from message
     where hold is not null and state = 'queued' and account_id = any($1::uuid[]) group by account_id`,
    [accountIds],
  );
  return new Map(rows.map((row) => [row.account_id, row.messages]));
}

function toResource(row: AccountRow, queues: Queues): AccountResource {
  const held = queues.held.get(row.id) ?? 0;
  const queueLength = (queues.inLane.get(row.id) ?? 0) + held;
  return {
    id: row.id,
    network: row.network,
    phone: row.phone,
    owner: { id: row.owner_id, fullName: row.owner_name, email: row.owner_email },
    state: row.state,
    connectedAt: row.connected_at,
    retryAt: row.retry_at,
    queueLength,
    paceMinMs: row.pace_min_ms,
    paceMaxMs: row.pace_max_ms,
    explanation: explainAccount({
      state: row.state,
      stateReason: row.state_reason,
      retryAt: row.retry_at,
      queueLength,
      held,
      newChatsLockedUntil: row.new_chats_locked_until,
      loggingOut: row.wish === 'log_out',
      withoutOwner: row.without_owner,
      looksUp: row.looks_up,
    }),
  };
}
