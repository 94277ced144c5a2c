import { uniform } from '@waypost/kernel';
import type { ClientVersions } from './client-versions.js';
import type { ConnectPace } from './connect-pace.js';

/** Whether an account may connect, how and when. */
export type Permit =
  | {
      granted: true;
      network: string;
      version: string;
      /** It tries the version for all accounts. */
      probe: boolean;
      /** Its turn comes in so many milliseconds. */
      inMs: number;
    }
  /** No version of the client is accepted as far as anybody knows. */
  | { granted: false; askAgainInMs: number };

export type Granted = Extract<Permit, { granted: true }>;

/** How a connect went, as far as the version of the client is concerned. */
export type ConnectVerdict = 'accepted' | 'rejected' | 'unclear';

const ASK_AGAIN_MIN_MS = 2_000;
const ASK_AGAIN_MAX_MS = 5_000;

/** What every connect passes, of a new link, a claimed account or a lost connection alike: one pace and one breaker for all pods. */
export class ConnectGate {
  constructor(
    private readonly pace: ConnectPace,
    private readonly versions: ClientVersions,
    private readonly observer: {
      /** The network has just refused this version; somebody has to look for a newer one. */
      tooOld(network: string, version: string): void;
      /** Whether no version is left that is not refused, as often as an account asks. */
      noneLeft(isTooOld: boolean): void;
    },
  ) {}

  /** @throws when Postgres does not answer */
  async ask(accountId: string, network: string): Promise<Permit> {
    const { version, probe, free, allRejected } = await this.versions.choose(network, accountId);
    this.observer.noneLeft(allRejected);
    if (!free) return { granted: false, askAgainInMs: uniform(ASK_AGAIN_MIN_MS, ASK_AGAIN_MAX_MS) };
    return { granted: true, network, version, probe, inMs: await this.pace.take(network) };
  }

  /** Tells how a permitted connect went. @throws when Postgres does not answer */
  async report(
    accountId: string,
    { network, version, probe }: Granted,
    verdict: ConnectVerdict,
  ): Promise<void> {
    if (verdict === 'rejected') {
      if (await this.versions.rejected(network, version, accountId)) this.observer.tooOld(network, version);
    } else if (probe && verdict === 'accepted') await this.versions.accepted(network, version, accountId);
    else if (probe) await this.versions.unclear(network, accountId);
  }
}
