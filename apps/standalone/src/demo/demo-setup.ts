import { setTimeout as wait } from 'node:timers/promises';
import { StandaloneProblem } from '../standalone-problem.js';
import { ApiError, type JsonApi } from './json-api.js';

/** The simulated person whose phone links the demo account. */
export const DEMO_PHONE = { phone: '14155550100', name: 'Demo Owner' };
const CREDITS = { amount: 1_000, note: 'Demo credits' };
const CONNECTED_WITHIN_MS = 60_000;
const ASK_EVERY_MS = 100;

export interface DemoAccount {
  id: string;
  /** With `+`. */
  phone: string;
  state: string;
  /** One sentence: why is nothing being sent? */
  explanation: string;
}

interface Account extends Omit<DemoAccount, 'phone'> {
  network: string;
  phone: string | null;
}

interface Pairing {
  state: 'none' | 'requested' | 'waiting' | 'linked' | 'expired' | 'failed';
  qr?: string;
  detail?: string;
}

/**
 * Gives the demo workspace its credits, its inbound webhook and a linked account, through the public APIs. Each step
 * looks first, so that a start which was interrupted is completed by the next one.
 */
export class DemoSetup {
  constructor(
    private readonly consoleApi: JsonApi,
    private readonly sandboxApi: JsonApi,
    private readonly signal: AbortSignal,
  ) {}

  async ensureCredits(): Promise<void> {
    const { items } = await this.consoleApi.get<{ items: unknown[] }>('/api/v1/credits/ledger?limit=1');
    if (items.length === 0) await this.consoleApi.post('/api/v1/credits/grants', CREDITS);
  }

  /** @returns its URL; one that an owner switched off stays off */
  async ensureInboundWebhook(): Promise<string> {
    const { url } = await this.consoleApi.get<{ url: string | null }>('/api/v1/inbound-webhook');
    if (url !== null) return url;
    return (await this.consoleApi.post<{ url: string }>('/api/v1/inbound-webhook/rotate')).url;
  }

  /**
   * The workspace's first account in the sandbox, linked and connected. One that somebody logged out stays as it is.
   *
   * @throws StandaloneProblem when it cannot be linked
   */
  async ensureAccount(): Promise<DemoAccount> {
    const { items } = await this.consoleApi.get<{ items: Account[] }>('/api/v1/accounts?limit=100');
    const existing = items.find(({ network }) => network === 'sandbox');
    const { id } =
      existing ?? (await this.consoleApi.post<Account>('/api/v1/accounts', { network: 'sandbox' }));
    const deadline = performance.now() + CONNECTED_WITHIN_MS;
    let scanned: string | undefined;
    for (;;) {
      const account = await this.consoleApi.get<Account>(`/api/v1/accounts/${id}`);
      const phone = account.phone;
      const settled = ['connected', 'logged_out', 'conflict', 'stopped'].includes(account.state);
      if (phone !== null && (settled || performance.now() > deadline)) return { ...account, phone };
      if (performance.now() > deadline) {
        throw new StandaloneProblem(`The demo account could not be linked: ${account.explanation}`);
      }
      if (phone === null) scanned = await this.link(id, scanned);
      await wait(ASK_EVERY_MS, undefined, { signal: this.signal });
    }
  }

  /** One step towards a linked account. @returns the QR that was scanned last */
  private async link(id: string, scanned: string | undefined): Promise<string | undefined> {
    const pairing = await this.consoleApi.get<Pairing>(`/api/v1/accounts/${id}/pairing`);
    if (pairing.state === 'none' || pairing.state === 'expired' || pairing.state === 'failed') {
      await this.consoleApi.post(`/api/v1/accounts/${id}/pairing`, { method: 'qr' });
    }
    if (pairing.state !== 'waiting' || !pairing.qr || pairing.qr === scanned) return scanned;
    try {
      await this.sandboxApi.post('/pairings', { qr: pairing.qr, ...DEMO_PHONE });
    } catch (error) {
      // The QR was that of an earlier start, or changed under our eyes: the next one will do.
      if (!(error instanceof ApiError)) throw error;
    }
    return pairing.qr;
  }
}
