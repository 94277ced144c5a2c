import type { Call, Dial } from '../connecting/dial.js';
import type { LinkingEvent } from '../whatsapp/device-linking.js';
import type { ConnectionEvent } from '../whatsapp/whatsapp-connection.js';
import type { AccountNow, PairingProgress, PairingWish } from './account-record.js';
import { CLIENT_TOO_OLD } from './close-policy.js';
import { pairingEnd, SCAN_AGAIN } from './pairing-end.js';
import type { Connection, SessionPorts } from './session-ports.js';
import type { SessionReport } from './session-report.js';

type LinkingCall = Call<Connection, ConnectionEvent>;

/** The session of the account that is being linked. */
export interface LinkingSession {
  ports: Pick<SessionPorts, 'forgetLink' | 'connect'>;
  dial: Dial<Connection, ConnectionEvent>;
  report: SessionReport;
  turnOf: (account: AccountNow) => Pick<LinkingCall, 'mayConnect' | 'isCertain' | 'connectEnded'>;
  isEnded: () => boolean;
  /** Does it after a pause. */
  soon: (what: string, action: () => Promise<void>) => void;
  /** The session has nothing more to do. */
  finish: () => void;
}

/** Links an account to a phone, from somebody's wish until the phone said yes or linking came to nothing. */
export class Linking {
  constructor(private readonly session: LinkingSession) {}

  /** Puts the former link aside and shows a QR or a code. */
  async begin(account: AccountNow, { method, phone }: PairingWish): Promise<void> {
    const { ports, dial, report, turnOf, isEnded } = this.session;
    await ports.forgetLink();
    if (isEnded()) return;
    const linkByCodeFor = method === 'code' ? (phone?.replace(/\D/g, '') ?? '') : undefined;
    dial.begin({
      ...turnOf(account),
      connect: (version, on) => ports.connect(account, { version, linkByCodeFor, on }),
      granted: () => {
        report.tell({ state: 'pairing' });
        report.progress({ state: 'waiting' });
      },
      refused: () => this.end({ state: 'failed', detail: `${CLIENT_TOO_OLD}. Try again later.` }),
    });
  }

  async hear(event: LinkingEvent): Promise<void> {
    const { report, dial } = this.session;
    switch (event.type) {
      case 'qr':
        return report.progress({
          state: 'waiting',
          qr: event.qr,
          detail: event.replaced ? SCAN_AGAIN : undefined,
        });
      case 'code':
        return report.progress({ state: 'waiting', code: event.code });
      case 'not_linkable':
        await dial.hangUp()?.close();
        return this.end(pairingEnd(event.why));
      default:
        return event satisfies never;
    }
  }

  /** The connection closed before the phone said yes. */
  closed(code: number, account: AccountNow, wish: PairingWish | undefined): void {
    if (code !== 405 || !wish) return this.end(pairingEnd(code));
    // The next version, if any is left, is asked for like the first one.
    this.session.soon('link', () => this.begin(account, wish));
  }

  /** Tells that it came to nothing. */
  tellEnd(progress: PairingProgress): void {
    this.session.report.endPairing(progress);
    this.session.report.tell({ state: 'unlinked' });
  }

  private end(progress: PairingProgress): void {
    this.tellEnd(progress);
    this.session.finish();
  }
}
