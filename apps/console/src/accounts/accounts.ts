import { Injectable } from '@nestjs/common';
import { laneKinds, subjects } from '@waypost/contracts';
import { uuidv7 } from '@waypost/kernel';
import { countItems } from '@waypost/lanes';
import { Messenger } from '@waypost/messaging';
import { Database, type AccountState, type Network } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { cursorParts, readCursor, toPage, type Page, type PageQuery } from '../http/page.js';
import type { AccountResource } from './account-resource.js';
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
}

const SELECT = `
  select a.id, a.network, a.phone, m.id as owner_id, m.full_name as owner_name, m.email as owner_email,
    a.state, a.state_reason, a.connected_at, a.retry_at
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
    const queues = await this.queueLengths(rows);
    return toPage(
      rows,
      query.limit,
      (row) => toResource(row, queues),
      (row) => [row.id],
    );
  }

  async find(caller: Caller, id: string): Promise<AccountResource | undefined> {
    const { rows } = await this.database.pool.query<AccountRow>(
      `${SELECT} where a.workspace_id = $1 and a.id = $2`,
      [caller.workspaceId, id],
    );
    return rows[0] && toResource(rows[0], await this.queueLengths(rows));
  }

  async create(caller: Caller, network: Network): Promise<AccountResource> {
    const id = uuidv7();
    await this.database.pool.query(
      'insert into account (id, workspace_id, owner_member_id, network) values ($1, $2, $3, $4)',
      [id, caller.workspaceId, caller.memberId, network],
    );
    this.messenger.hint(subjects.accountsChanged);
    const account = await this.find(caller, id);
    if (!account) throw new Error('the account just created is gone');
    return account;
  }

  private queueLengths(rows: AccountRow[]): Promise<Map<string, number>> {
    return countItems(
      this.database.pool,
      laneKinds.send,
      rows.map(({ id }) => id),
    );
  }
}

function toResource(row: AccountRow, queues: Map<string, number>): AccountResource {
  const queueLength = queues.get(row.id) ?? 0;
  return {
    id: row.id,
    network: row.network,
    phone: row.phone,
    owner: { id: row.owner_id, fullName: row.owner_name, email: row.owner_email },
    state: row.state,
    connectedAt: row.connected_at,
    retryAt: row.retry_at,
    queueLength,
    explanation: explainAccount({
      state: row.state,
      stateReason: row.state_reason,
      retryAt: row.retry_at,
      queueLength,
    }),
  };
}
