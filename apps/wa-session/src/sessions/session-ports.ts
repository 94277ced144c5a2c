import type { ConnectVerdict, Granted, Permit } from '../connecting/connect-gate.js';
import type { AccountStore } from '../unit-of-work/account-store.js';
import type { ConnectionOptions } from '../whatsapp/whatsapp-connection.js';
import type { AccountNow } from './account-record.js';
import type { SendingConnection, SendingPorts } from './sends.js';
import type { ReportPorts } from './session-report.js';

/** The live connection, as a session uses it. */
export interface Connection extends SendingConnection {
  close(): Promise<void>;
  /** Ends the link at WhatsApp and closes. */
  logOut(): Promise<void>;
}

/** What a session needs of the world. */
export interface SessionPorts extends SendingPorts, ReportPorts {
  store: AccountStore;
  readAccount(): Promise<AccountNow>;
  /** Puts the former link's Signal state aside, so that a new link starts from nothing. */
  forgetLink(): Promise<void>;
  /** Puts the link in use again that ended last. */
  restoreLink(): Promise<void>;
  /** Asks for its turn. @throws when nobody can say */
  mayConnect(account: AccountNow): Promise<Permit>;
  connectEnded(permit: Granted, verdict: ConnectVerdict): Promise<void>;
  connect(
    account: AccountNow,
    options: Pick<ConnectionOptions, 'linkByCodeFor' | 'version' | 'on'>,
  ): Promise<Connection>;
  /** Whether the lease is still this pod's, as far as Postgres says. */
  holdsLease(): Promise<boolean>;
  /** Called once the account is connected, so that waiting messages go at once. */
  connected(): void;
  /** A connection ended with this code. */
  closed(code: number): void;
  /** The session has nothing more to do; the lease may be given back. */
  ended(): void;
}

export interface SessionLimits {
  leaseTtlMs: number;
  connectTimeoutMs: number;
}
