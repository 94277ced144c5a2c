import { Inject, Injectable, Logger } from '@nestjs/common';
import { createAttachmentStore, type AttachmentStore } from '@waypost/attachments';
import { subjects } from '@waypost/contracts';
import { Messenger, WorkspaceChanges } from '@waypost/messaging';
import { Database, SecretBox, type Network } from '@waypost/persistence';
import { ConnectGate } from '../connecting/connect-gate.js';
import { ConnectPace } from '../connecting/connect-pace.js';
import { ClientVersions } from '../connecting/client-versions.js';
import type { Lease } from '../leasing/lease-table.js';
import { AccountStore } from '../unit-of-work/account-store.js';
import { KeyCache } from '../unit-of-work/key-cache.js';
import { PostgresUnits } from '../unit-of-work/postgres-units.js';
import { UnitCommitter } from '../unit-of-work/unit-committer.js';
import { WaSessionConfig } from '../wa-session.config.js';
import { newSessionMemory } from '../whatsapp/bounded-cache.js';
import { WhatsAppConnection } from '../whatsapp/whatsapp-connection.js';
import { AccountRecord } from './account-record.js';
import { SentMessages } from './sent-messages.js';
import { SessionMetrics } from './session-metrics.js';
import type { SessionPorts } from './session-ports.js';
import { Session } from './session.js';

/** A probe that has not shown by then whether its version is accepted never will. */
const PROBE_MARGIN_MS = 10_000;

/** Makes sessions and wires them to Postgres, WhatsApp and NATS. */
@Injectable()
export class SessionFactory {
  private readonly logger = new Logger('session');
  private readonly units: PostgresUnits;
  private readonly committer: UnitCommitter;
  private readonly keyCache: KeyCache;
  private readonly accounts: AccountRecord;
  private readonly sent: SentMessages;
  private readonly files: AttachmentStore;
  private readonly gate: ConnectGate;

  constructor(
    @Inject(WaSessionConfig) private readonly config: WaSessionConfig,
    @Inject(Database) { pool }: Database,
    @Inject(Messenger) private readonly messenger: Messenger,
    @Inject(SessionMetrics) private readonly metrics: SessionMetrics,
    @Inject(WorkspaceChanges) private readonly changes: WorkspaceChanges,
  ) {
    const { processName } = config;
    this.units = new PostgresUnits(pool, new SecretBox(config.encryptionKeys), processName);
    this.keyCache = new KeyCache(config.keyCacheMb * 1024 * 1024);
    this.accounts = new AccountRecord(pool, processName);
    this.sent = new SentMessages(pool, processName);
    this.files = createAttachmentStore(config, pool);
    this.committer = new UnitCommitter(this.units, {
      committed: (events, durationMs) => {
        metrics.committed(durationMs);
        if (events > 0) messenger.hint(subjects.eventsWaiting);
      },
      fenced: (accountId) => {
        metrics.writeFenced();
        this.logger.warn({ msg: 'session.fenced', accountId });
      },
      failed: (error) => this.logger.warn({ msg: 'unit.not_committed', error: String(error) }),
      refused: (accountId, code, remains) => {
        metrics.writeRefused();
        this.logger.error({ msg: 'unit.refused', accountId, code, remains });
      },
    });
    const probeLastsMs = config.connectTimeoutMs + PROBE_MARGIN_MS;
    this.gate = new ConnectGate(
      new ConnectPace(pool, config.connectsPerSecond),
      new ClientVersions(pool, config.whatsAppVersions, probeLastsMs),
      {
        tooOld: (network, version) => this.logger.error({ msg: 'client.too_old', network, version }),
        noneLeft: (isTooOld) => metrics.clientTooOld(isTooOld),
      },
    );
  }

  /** Starts the session of an account that this pod holds. */
  open(lease: Lease, ports: Pick<SessionPorts, 'holdsLease' | 'ended'>): Session {
    const { accountId, epoch } = lease;
    const { accounts, sent, gate } = this;
    const store = new AccountStore(accountId, epoch, this.units, this.committer, {
      cache: this.keyCache.view(),
      onLeaseLost: () => session.drop(),
      onRefused: (code) =>
        session.halt(
          `the database refuses what this account has to store (${code}), and the log of the session service tells more`,
        ),
    });
    const memory = newSessionMemory();
    let workspaceId: string | undefined;
    const changed = () => workspaceId && this.changes.tell(workspaceId, 'accounts');
    const session = new Session(
      lease,
      {
        ...ports,
        store,
        readAccount: async () => {
          const account = await accounts.read(accountId);
          workspaceId = account.workspaceId;
          return account;
        },
        forgetLink: async () => {
          await store.forget();
          if (!(await accounts.forgetLink(lease))) session.drop();
        },
        restoreLink: async () => {
          if (!(await accounts.restoreLink(lease))) session.drop();
        },
        mayConnect: ({ network }) => gate.ask(accountId, network),
        connectEnded: (permit, verdict) => gate.report(accountId, permit, verdict),
        connect: async ({ network }, options) =>
          WhatsAppConnection.open(
            {
              ...options,
              store,
              webSocketUrl: this.address(network),
              // Baileys forgets a request to send again that it cannot answer.
              findSent: (keyId) => store.whenAnswered(() => sent.find(accountId, keyId)),
              log: (message) => this.logger.debug({ msg: 'baileys', accountId, message }),
            },
            memory,
          ),
        readFile: (fileId) => this.files.get(fileId),
        findSent: (keyId) => sent.find(accountId, keyId),
        keepSent: (keyId, encoded) => sent.keep(lease, keyId, encoded),
        writeStatus: async (status) => {
          const held = await accounts.setStatus(lease, status);
          changed();
          return held;
        },
        writePairing: async (wish, progress) => {
          await accounts.setPairing(lease, wish, progress);
          changed();
        },
        writeNewChatsLock: async (until) => {
          await accounts.setNewChatsLock(lease, until);
          changed();
        },
        connected: () => this.messenger.hint(subjects.sendLaneDue),
        closed: (code) => this.metrics.connectionClosed(code),
        log: (level, event, fields) => {
          const line = { msg: event, accountId, epoch, ...fields };
          if (level === 'info') this.logger.log(line);
          else this.logger[level](line);
        },
      },
      { leaseTtlMs: this.config.leaseTtlMs, connectTimeoutMs: this.config.connectTimeoutMs },
    );
    session.start();
    return session;
  }

  /** Call it when no session runs any more. */
  async close(): Promise<void> {
    await this.files.close();
  }

  /** The one difference between the networks. */
  private address(network: Network): string | undefined {
    if (network === 'whatsapp') return undefined;
    if (!this.config.sandboxWebSocketUrl) throw new Error('SANDBOX_WS_URL is not set');
    return this.config.sandboxWebSocketUrl;
  }
}
