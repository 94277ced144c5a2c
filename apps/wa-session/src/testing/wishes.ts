import { eventually } from '@waypost/testkit';
import type { SessionsUnderTest } from './sessions-under-test.js';

const SOON = { withinMs: 40_000, everyMs: 50 };

export interface Pairing {
  state: string;
  qr: string | null;
  code: string | null;
  detail: string | null;
}

/** What people ask for in the console, as the console writes it. */
export class Wishes {
  constructor(private readonly system: SessionsUnderTest) {}

  reconnect(accountId: string): Promise<void> {
    return this.wish(accountId, 'reconnect');
  }

  logOut(accountId: string): Promise<void> {
    return this.wish(accountId, 'log_out');
  }

  /** What is still wished. */
  of(accountId: string): Promise<string | null> {
    return this.system.value('select wish as value from account where id = $1', [accountId]);
  }

  async pair(accountId: string, method: 'qr' | 'code', phone?: string): Promise<void> {
    await this.system.database.pool.query(
      `insert into account_pairing (account_id, method, phone, state) values ($1, $2, $3, 'requested')
       on conflict (account_id) do update set method = $2, phone = $3, state = 'requested',
         qr = null, code = null, detail = null, requested_at = now()`,
      [accountId, method, phone],
    );
    this.system.hintAccounts();
  }

  async pairing(accountId: string): Promise<Pairing> {
    const { rows } = await this.system.database.pool.query(
      'select * from account_pairing where account_id = $1',
      [accountId],
    );
    return rows[0];
  }

  qrOf(accountId: string): Promise<string> {
    return eventually(async () => (await this.pairing(accountId)).qr, SOON);
  }

  codeOf(accountId: string): Promise<string> {
    return eventually(async () => (await this.pairing(accountId)).code, SOON);
  }

  /** Waits until linking ended without a link. */
  endOf(accountId: string): Promise<Pairing> {
    return eventually(async () => {
      const pairing = await this.pairing(accountId);
      return ['failed', 'expired'].includes(pairing.state) ? pairing : null;
    }, SOON);
  }

  /** Tries to link a new account, in vain. */
  async failedPairing(): Promise<Pairing> {
    const accountId = await this.system.newAccount();
    await this.pair(accountId, 'qr');
    return this.endOf(accountId);
  }

  async linksInUse(accountId: string): Promise<number | null> {
    return this.system.value('select count(*)::integer as value from wa_creds where account_id = $1', [
      accountId,
    ]);
  }

  async linksArchived(accountId: string): Promise<number | null> {
    return this.system.value(
      'select count(*)::integer as value from wa_creds_archive where account_id = $1',
      [accountId],
    );
  }

  private async wish(accountId: string, wish: string): Promise<void> {
    await this.system.database.pool.query('update account set wish = $2, wished_at = now() where id = $1', [
      accountId,
      wish,
    ]);
    this.system.hintAccounts();
  }
}
