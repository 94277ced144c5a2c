import { Injectable } from '@nestjs/common';
import { Database, inTransaction } from '@waypost/persistence';
import type { PoolClient } from 'pg';
import type { Caller } from '../access/caller.js';
import type { Action } from './action.js';

/** Says to whom or what it is done, in the words of people. */
export type Tell = (subject: string) => void;

/**
 * The one way by which the console writes: its connections are read-only otherwise, and Postgres refuses a statement that comes past. So what
 * a member changes and its entry in the audit log are one transaction, on every route.
 */
@Injectable()
export class Writes {
  constructor(private readonly database: Database) {}

  /** What a member asked for. Committed when `work` resolves, with the audit entry of the request unless the route has none. */
  async byMember<T>(caller: Caller, work: (tx: PoolClient, tell: Tell) => Promise<T>): Promise<T> {
    const { action } = caller;
    const due = action && !action.recorded ? action : undefined;
    const result = await this.bySystem(async (tx) => {
      const done = await work(tx, (subject) => {
        if (due) due.subject = subject;
      });
      if (due) await record(tx, caller, due);
      return done;
    });
    if (due) due.recorded = true;
    return result;
  }

  /** What no member asked for: sessions, counts, clearing up. */
  bySystem<T>(work: (tx: PoolClient) => Promise<T>): Promise<T> {
    return inTransaction(this.database.pool, async (tx) => {
      await tx.query('set transaction read write');
      return work(tx);
    });
  }
}

/** Writes an entry of the audit log. */
export async function record(tx: PoolClient, who: Omit<Caller, 'role'>, action: Action): Promise<void> {
  await tx.query(
    `insert into audit_entry (
       workspace_id, member_id, member_name, member_email, via, address, action, summary, subject, details
     ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      who.workspaceId,
      who.memberId,
      who.fullName,
      who.email,
      action.via,
      action.address,
      action.name,
      action.summary,
      action.subject,
      JSON.stringify(action.details),
    ],
  );
}
