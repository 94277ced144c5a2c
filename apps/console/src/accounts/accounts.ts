import { Injectable } from '@nestjs/common';
import { laneKinds, subjects } from '@waypost/contracts';
import { uuidv7 } from '@waypost/kernel';
import { countItems } from '@waypost/lanes';
import { Messenger } from '@waypost/messaging';
import { Database, type AccountState, type Network } from '@waypost/persistence';
import type { Pool } from 'pg';
import type { Caller } from '../access/caller.js';
import { cursorParts, readCursor, toPage, type Page, type PageQuery } from '../http/page.js';
import { invalidField } from '../http/problem.js';
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
}

const SELECT = `
  select a.id, a.network, a.phone, m.id as owner_id, m.full_name as owner_name, m.email as owner_email,
    a.state, a.state_reason, a.connected_at, a.retry_at, a.pace_min_ms, a.pace_max_ms,
    case when a.new_chats_locked_until > now() then a.new_chats_locked_until end as new_chats_locked_until
  from account a join member m on m.id = a.owner_member_id`;

/** The WhatsApp accounts of a workspace. Their state is wa-session's to write. */
@Injectable()
export class Accounts {
  constructor(
    private readonly database: Database,
    private readonly messenger: Messenger,
  ) {}

  /** Oldest first: ids are ordered by time. */
  async list(caller: Caller, query: PageQuery): Promise<Page<AccountResource>> {
    const [after] = readCursor(query.cursor, [cursorParts.uuid]);
    const { rows } = await this.database.pool.query<AccountRow>(
      `${SELECT} where a.workspace_id = $1 and ($2::uuid is null or a.id > $2) order by a.id limit $3`,
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
    const { rows } = await this.database.pool.query<AccountRow>(
      `${SELECT} where a.workspace_id = $1 and a.id = $2`,
      [caller.workspaceId, id],
    );
    if (!rows[0]) throw noSuch('account');
    return toResource(rows[0], await this.queues(rows));
  }

  async create(caller: Caller, network: Network): Promise<AccountResource> {
    const id = uuidv7();
    await this.database.pool.query(
      'insert into account (id, workspace_id, owner_member_id, network) values ($1, $2, $3, $4)',
      [id, caller.workspaceId, caller.memberId, network],
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
    await this.database.pool.query(
      'update account set pace_min_ms = $3, pace_max_ms = $4 where workspace_id = $1 and id = $2',
      [caller.workspaceId, id, paceMinMs, paceMaxMs],
    );
    return this.get(caller, id);
  }

  private async queues(rows: AccountRow[]): Promise<Queues> {
    const ids = rows.map(({ id }) => id);
    const { pool } = this.database;
    const [inLane, held] = await Promise.all([countItems(pool, laneKinds.send, ids), countHeld(pool, ids)]);
    return { inLane, held };
  }
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
    }),
  };
}
