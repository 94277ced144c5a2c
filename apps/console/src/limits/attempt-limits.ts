import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ProblemError } from '../http/problem.js';
import { Writes } from '../writing/writes.js';
import { networkOf } from './network-of.js';

/** Attempts in a window of so many minutes. */
const RULES = {
  /** Passwords tried for one e-mail, or by one member for the own one. */
  account: { attempts: 10, minutes: 15 },
  /** Passwords tried from one address. */
  address: { attempts: 30, minutes: 15 },
  /** Mails with a link for a new password, by e-mail and by address. */
  'reset-email': { attempts: 3, minutes: 60 },
  'reset-address': { attempts: 10, minutes: 15 },
  /** Invitations that one workspace mails. */
  invitations: { attempts: 50, minutes: 60 },
} as const;

export type Limit = { kind: keyof typeof RULES; value: string };

/**
 * Holds back who tries too often, in fixed windows. Kept in Postgres, so that all replicas count together and a restart forgets nothing.
 * What is limited is kept as a hash.
 */
@Injectable()
export class AttemptLimits {
  constructor(private readonly writes: Writes) {}

  /**
   * Counts an attempt against each limit before it is looked at, so that a burst cannot slip through. Refused attempts do not prolong the wait.
   * @throws ProblemError `too-many-attempts`
   */
  async admit(...limits: Limit[]): Promise<void> {
    const rows = sorted(limits);
    const waitSeconds = await this.writes.bySystem(async (tx) => {
      const { rows: windows } = await tx.query<{ wait: number }>(
        `insert into attempt_window as w (key, attempts, ends_at)
         select key, 1, clock_timestamp() + make_interval(mins => minutes)
         from unnest($1::bytea[], $2::integer[], $3::integer[]) as tried (key, minutes, most)
         on conflict (key) do update set
           attempts = case when w.ends_at <= clock_timestamp() then 1 else w.attempts + 1 end,
           ends_at = case when w.ends_at <= clock_timestamp() then excluded.ends_at else w.ends_at end
         returning case
           when attempts > ($3::integer[])[array_position($1::bytea[], key)]
           then ceil(extract(epoch from ends_at - clock_timestamp()))::integer else 0 end as wait`,
        [
          rows.map(({ key }) => key),
          rows.map(({ minutes }) => minutes),
          rows.map(({ attempts }) => attempts),
        ],
      );
      return Math.max(...windows.map(({ wait }) => wait));
    });
    if (waitSeconds > 0) {
      throw new ProblemError('too-many-attempts', `Try again in ${waitSeconds} seconds.`, {
        retryAfterSeconds: waitSeconds,
      });
    }
  }

  /** The attempt was rightful: the account begins anew, and the address has one more. */
  async succeeded(account: string, address: string): Promise<void> {
    await this.writes.bySystem(async (tx) => {
      const [one, other] = sorted([accountLimit(account), addressLimit(address)]);
      // In the order in which attempts lock them.
      for (const { key, kind } of [one!, other!]) {
        await tx.query(
          kind === 'account'
            ? 'delete from attempt_window where key = $1'
            : 'update attempt_window set attempts = attempts - 1 where key = $1 and attempts > 0',
          [key],
        );
      }
    });
  }
}

export function accountLimit(account: string): Limit {
  return { kind: 'account', value: account };
}

export function addressLimit(address: string, kind: 'address' | 'reset-address' = 'address'): Limit {
  return { kind, value: networkOf(address) };
}

/** By key, so that attempts which share limits do not wait for each other in a circle. */
function sorted(limits: Limit[]) {
  return limits
    .map(({ kind, value }) => ({
      kind,
      // As the unique index on members compares e-mails.
      key: createHash('sha256').update(`${kind}:${value.toLowerCase()}`).digest(),
      ...RULES[kind],
    }))
    .sort((a, b) => Buffer.compare(a.key, b.key));
}
