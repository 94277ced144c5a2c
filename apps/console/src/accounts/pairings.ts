import { Injectable } from '@nestjs/common';
import { subjects } from '@waypost/contracts';
import { parsePhone } from '@waypost/kernel';
import { Messenger } from '@waypost/messaging';
import { Database, type PairingMethod, type PairingState } from '@waypost/persistence';
import type { PoolClient } from 'pg';
import type { Caller } from '../access/caller.js';
import { noSuch } from '../http/id.pipe.js';
import { invalidField, ProblemError } from '../http/problem.js';
import { Writes } from '../writing/writes.js';
import type { PairingResource } from './pairing-resource.js';

interface PairingRow {
  method: PairingMethod;
  state: PairingState;
  qr: string | null;
  code: string | null;
  detail: string | null;
  updated_at: Date;
}

/** The wish to link an account. The console writes the wish; wa-session fulfils it and reports in the same row. */
@Injectable()
export class Pairings {
  constructor(
    private readonly database: Database,
    private readonly writes: Writes,
    private readonly messenger: Messenger,
  ) {}

  /** @throws ProblemError `not-found` */
  async read(caller: Caller, accountId: string): Promise<PairingResource> {
    const { rows } = await this.database.pool.query<PairingRow | Record<keyof PairingRow, null>>(
      `select p.method, p.state, p.qr, p.code, p.detail, p.updated_at
       from account a left join account_pairing p on p.account_id = a.id
       where a.id = $1 and a.workspace_id = $2 and a.deleted_at is null`,
      [accountId, caller.workspaceId],
    );
    const row = rows[0];
    if (!row) throw noSuch('account');
    return row.state === null ? { state: 'none' } : toResource(row);
  }

  /**
   * Asks for a new pairing; one that was under way is replaced.
   * @throws ProblemError `not-found`, `account-linked`, `invalid-request`
   */
  async request(
    caller: Caller,
    accountId: string,
    wish: { method: PairingMethod; phone?: string },
  ): Promise<PairingResource> {
    const phone = wish.method === 'code' ? readPhone(wish.phone) : null;
    const pairing = await this.writes.byMember(caller, async (tx) => {
      const { rows } = await tx.query<PairingRow>(
        `insert into account_pairing (account_id, method, phone, state)
       select a.id, $3, $4, 'requested' from account a
       where a.id = $1 and a.workspace_id = $2 and a.state not in ('connecting', 'connected', 'backing_off') and a.deleted_at is null
       on conflict (account_id) do update set method = excluded.method, phone = excluded.phone, state = 'requested',
         qr = null, code = null, detail = null, requested_at = now(), updated_at = now()
       returning method, state, qr, code, detail, updated_at`,
        [accountId, caller.workspaceId, wish.method, phone],
      );
      if (!rows[0]) throw await whyNot(tx, caller, accountId);
      return rows[0];
    });
    this.messenger.hint(subjects.accountsChanged);
    return toResource(pairing);
  }
}

async function whyNot(tx: PoolClient, { workspaceId }: Caller, accountId: string): Promise<ProblemError> {
  const { rowCount } = await tx.query(
    'select from account where id = $1 and workspace_id = $2 and deleted_at is null',
    [accountId, workspaceId],
  );
  if (rowCount === 0) return noSuch('account');
  return new ProblemError('account-linked', 'Log the account out before you link it again.');
}

function readPhone(phone: string | undefined): string {
  const parsed = phone === undefined ? undefined : parsePhone(phone);
  if (parsed === undefined) {
    throw invalidField('phone', 'phone must be a number in international format, like +972500000001');
  }
  return parsed;
}

function toResource(row: PairingRow): PairingResource {
  const waiting = row.state === 'waiting';
  return {
    state: row.state,
    method: row.method,
    qr: waiting ? (row.qr ?? undefined) : undefined,
    code: waiting ? (row.code ?? undefined) : undefined,
    detail: row.detail ?? undefined,
    updatedAt: row.updated_at,
  };
}
