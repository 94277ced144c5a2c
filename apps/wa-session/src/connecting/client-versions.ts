import type { Pool } from 'pg';
import { chooseVersion, probePauseMs, type Verdict, type VersionChoice } from './choose-version.js';

/** How long what was read about a network is used for all sessions of this pod. */
const KNOWN_FOR_MS = 1_000;

interface Known {
  readAt: number;
  verdicts: Map<string, Verdict>;
  failedProbes: number;
}

/** What may be done now about the version of the client. */
export type VersionTurn = VersionChoice & {
  /** This account may connect with it. Not so while another account tries it, or none may yet. */
  free: boolean;
};

/**
 * The fleet-wide breaker for "client too old": a refusal by the network holds for all pods at once, and so does the success of the one
 * account that tries another version.
 */
export class ClientVersions {
  private readonly known = new Map<string, Promise<Known>>();

  /**
   * @param candidates in order of preference
   * @param probeLastsMs how long one account may try a version before another one may
   */
  constructor(
    private readonly pool: Pool,
    private readonly candidates: readonly string[],
    private readonly probeLastsMs: number,
  ) {}

  /** Which version the account is to connect with, and whether it may now. */
  async choose(network: string, accountId: string): Promise<VersionTurn> {
    const { verdicts, failedProbes } = await this.read(network);
    const choice = chooseVersion(this.candidates, verdicts, failedProbes);
    if (!choice.probe) return { ...choice, free: true };
    return {
      ...choice,
      free: await this.claimProbe(network, accountId, choice.allRejected ? probePauseMs(failedProbes) : 0),
    };
  }

  /** The network refused it as too old. @returns whether that is news */
  async rejected(network: string, version: string, accountId: string): Promise<boolean> {
    this.known.delete(network);
    await this.pool.query(
      `insert into client_probe as p (network, account_id, begun_at, claimed_until) values ($1, $2, now(), now())
       on conflict (network) do update set claimed_until = now(), failures = p.failures + 1
         where p.account_id = $2 and p.claimed_until > now()`,
      [network, accountId],
    );
    const { rowCount } = await this.pool.query(
      `insert into client_version as v (network, version, rejected_at) values ($1, $2, now())
       on conflict (network, version) do update set rejected_at = now(), accepted_at = null where v.rejected_at is null`,
      [network, version],
    );
    // Anew, for whoever asked between the two statements.
    this.known.delete(network);
    return rowCount === 1;
  }

  /** The account that tried it got in: it is for all. */
  async accepted(network: string, version: string, accountId: string): Promise<void> {
    this.known.delete(network);
    await this.pool.query(
      `with proved as (
         insert into client_version (network, version, accepted_at) values ($1, $2, now())
         on conflict (network, version) do update set rejected_at = null, accepted_at = now()
       )
       update client_probe set claimed_until = now(), failures = 0 where network = $1 and account_id = $3`,
      [network, version, accountId],
    );
  }

  /** The account that tried a version learned nothing about it: another one may try at once. */
  async unclear(network: string, accountId: string): Promise<void> {
    await this.pool.query(
      `update client_probe set claimed_until = now(), begun_at = '-infinity' where network = $1 and account_id = $2`,
      [network, accountId],
    );
  }

  private read(network: string): Promise<Known> {
    const known = this.known.get(network);
    const fresh = known?.then((read) => (performance.now() - read.readAt < KNOWN_FOR_MS ? read : undefined));
    const reading = (fresh ?? Promise.resolve(undefined)).then((read) => read ?? this.readNow(network));
    this.known.set(network, reading);
    reading.catch(() => this.known.delete(network));
    return reading;
  }

  private async readNow(network: string): Promise<Known> {
    const { rows } = await this.pool.query<{ version: string | null; verdict: Verdict; failures: number }>(
      `select v.version, case when v.rejected_at is null then 'accepted' else 'rejected' end as verdict,
         coalesce((select p.failures from client_probe p where p.network = $1), 0) as failures
       from (select 1) one left join client_version v on v.network = $1`,
      [network],
    );
    return {
      readAt: performance.now(),
      verdicts: new Map(rows.flatMap(({ version, verdict }) => (version ? [[version, verdict]] : []))),
      failedProbes: rows[0]?.failures ?? 0,
    };
  }

  /** @param pauseMs that has to lie between the beginnings of two tries */
  private async claimProbe(network: string, accountId: string, pauseMs: number): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `insert into client_probe as p (network, account_id, begun_at, claimed_until)
       values ($1, $2, now(), now() + $3 * interval '1 ms')
       on conflict (network) do update
         set account_id = excluded.account_id, begun_at = excluded.begun_at, claimed_until = excluded.claimed_until
         where p.claimed_until <= now() and p.begun_at <= now() - $4 * interval '1 ms'`,
      [network, accountId, this.probeLastsMs, pauseMs],
    );
    return rowCount === 1;
  }
}
