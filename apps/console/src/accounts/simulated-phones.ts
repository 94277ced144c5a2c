import { randomInt } from 'node:crypto';
import { Database } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { ProblemError } from '../http/problem.js';

const ANSWER_WITHIN_MS = 10_000;

/** Phones of the simulated network, for whoever tries things out and has none. */
export class SimulatedPhones {
  /** @param sandboxUrl where wa-session reaches the sandbox: its control API is beside it; undefined: there is none */
  constructor(
    private readonly database: Database,
    private readonly sandboxUrl: string | undefined,
  ) {}

  /**
   * A new phone scans the QR of an account of the sandbox, if one waits to be scanned.
   * @throws ProblemError `unavailable` when the sandbox does not answer
   */
  async scan(caller: Caller, accountId: string): Promise<void> {
    const { rows } = await this.database.pool.query<{ qr: string }>(
      `select p.qr from account a join account_pairing p on p.account_id = a.id
       where a.id = $1 and a.workspace_id = $2 and a.deleted_at is null and a.network = 'sandbox'
         and p.state = 'waiting' and p.qr is not null`,
      [accountId, caller.workspaceId],
    );
    if (!rows[0] || this.sandboxUrl === undefined) return;
    const url = new URL('/pairings', this.sandboxUrl.replace(/^ws/, 'http'));
    const phone = `1555${randomInt(1_000_000, 10_000_000)}`;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ qr: rows[0].qr, phone, name: caller.fullName }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).catch(() => undefined);
    await answer?.body?.cancel();
    // Refused: the code was replaced meanwhile, and the next one is shown already.
    if (answer === undefined || answer.status >= 500) {
      throw new ProblemError('unavailable', 'The sandbox does not answer. Try again in a moment.');
    }
  }
}
