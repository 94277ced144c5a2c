import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { createAttachmentStore, type AttachmentStore } from '@waypost/attachments';
import {
  subjects,
  type LookUpReply,
  type LookUpRequest,
  type SendReply,
  type SendRequest,
} from '@waypost/contracts';
import { Messenger } from '@waypost/messaging';
import { Database, SecretBox } from '@waypost/persistence';
import { Gauge, Histogram, Registry } from 'prom-client';
import { LeaseKeeper } from '../leasing/lease-keeper.js';
import { LeaseTable, type Lease } from '../leasing/lease-table.js';
import { AccountStore } from '../unit-of-work/account-store.js';
import { PostgresUnits } from '../unit-of-work/postgres-units.js';
import { UnitCommitter } from '../unit-of-work/unit-committer.js';
import { WaSessionConfig } from '../wa-session.config.js';
import { DeviceCache, WhatsAppConnection } from '../whatsapp/whatsapp-connection.js';
import { AccountRecord } from './account-record.js';
import { SentMessages } from './sent-messages.js';
import { Session } from './session.js';

const CLAIM_EVERY_MS = 2_000;
const CLAIM_AT_ONCE = 10;
const STOP_TIMEOUT_MS = 5_000;

/** All sessions of this pod: makes each from its lease and wires it to Postgres, WhatsApp and NATS. */
@Injectable()
export class Sessions implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('session');
  private readonly units: PostgresUnits;
  private readonly committer: UnitCommitter;
  private readonly accounts: AccountRecord;
  private readonly sent: SentMessages;
  private readonly files: AttachmentStore;
  private readonly keeper: LeaseKeeper;

  constructor(
    @Inject(WaSessionConfig) private readonly config: WaSessionConfig,
    @Inject(Database) database: Database,
    @Inject(Messenger) private readonly messenger: Messenger,
    @Inject(Registry) registry: Registry,
  ) {
    this.units = new PostgresUnits(database.pool, new SecretBox(config.encryptionKeys), config.podName);
    this.accounts = new AccountRecord(database.pool, config.podName);
    this.sent = new SentMessages(database.pool, config.podName);
    this.files = createAttachmentStore(config, database.pool);
    const commits = new Histogram({
      name: 'waypost_unit_commit_seconds',
      help: 'Time of one grouped commit of session state and events.',
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
      registers: [registry],
    });
    this.committer = new UnitCommitter(this.units, {
      committed: (_units, durationMs) => {
        commits.observe(durationMs / 1000);
        messenger.hint(subjects.eventsWaiting);
      },
      fenced: (accountId) => this.logger.warn({ msg: 'session.fenced', accountId }),
      failed: (error) => this.logger.warn({ msg: 'unit.not_committed', error: String(error) }),
    });
    this.keeper = new LeaseKeeper(new LeaseTable(database.pool, config.podName, config.leaseTtlMs), {
      renewEveryMs: config.leaseTtlMs / 3,
      claimEveryMs: CLAIM_EVERY_MS,
      mostSessions: config.maxSessions,
      claimAtOnce: CLAIM_AT_ONCE,
      open: (lease, ended) => this.open(lease, ended),
      failed: (what, error) => this.logger.warn({ msg: 'lease.round_failed', what, error: String(error) }),
    });
    const keeper = this.keeper;
    new Gauge({
      name: 'waypost_sessions',
      help: 'Accounts whose session this pod holds.',
      registers: [registry],
      collect() {
        this.set(keeper.size);
      },
    });
  }

  onApplicationBootstrap(): void {
    this.keeper.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.keeper.stop();
    await this.files.close();
  }

  wake(): void {
    this.keeper.wake();
  }

  async send(request: SendRequest): Promise<SendReply> {
    const session = this.keeper.session(request.accountId);
    if (!(session instanceof Session)) return { messageId: request.messageId, outcome: 'not_connected' };
    return session.send(request);
  }

  async lookUp(request: LookUpRequest): Promise<LookUpReply> {
    const session = this.keeper.session(request.accountId);
    return session instanceof Session ? session.lookUp(request) : { outcome: 'not_connected' };
  }

  private open(lease: Lease, ended: () => void): Session {
    const { accountId, epoch } = lease;
    const store = new AccountStore(accountId, epoch, this.units, this.committer, {
      maxCachedKeys: this.config.maxCachedKeys,
      onDiscard: () => session.drop(),
    });
    const devices = new DeviceCache();
    const session = new Session(
      lease,
      {
        store,
        loadPairing: () => this.accounts.findPairing(accountId),
        isLinked: () => this.accounts.isLinked(accountId),
        forgetLink: async () => {
          store.forget();
          await this.units.clear(accountId, epoch);
        },
        connect: async (options) =>
          WhatsAppConnection.open(
            {
              ...options,
              store,
              webSocketUrl: await this.address(accountId),
              findSent: (keyId) => this.sent.find(accountId, keyId),
              log: (message) => this.logger.debug({ msg: 'baileys', accountId, message }),
            },
            devices,
          ),
        readFile: (fileId) => this.files.get(fileId),
        findSent: (keyId) => this.sent.find(accountId, keyId),
        keepSent: (keyId, encoded) => this.sent.keep(lease, keyId, encoded),
        writeStatus: (status) => this.accounts.setStatus(lease, status),
        writePairing: (wish, progress) => this.accounts.setPairing(lease, wish, progress),
        connected: () => this.messenger.hint(subjects.sendLaneDue),
        log: (level, event, fields) =>
          level === 'warn'
            ? this.logger.warn({ msg: event, accountId, epoch, ...fields })
            : this.logger.log({ msg: event, accountId, epoch, ...fields }),
        ended,
      },
      {
        leaseTtlMs: this.config.leaseTtlMs,
        connectTimeoutMs: this.config.connectTimeoutMs,
        stopTimeoutMs: STOP_TIMEOUT_MS,
      },
    );
    session.start();
    return session;
  }

  /** The one difference between the networks. */
  private async address(accountId: string): Promise<string | undefined> {
    if ((await this.accounts.network(accountId)) === 'whatsapp') return undefined;
    if (!this.config.sandboxWebSocketUrl) throw new Error('SANDBOX_WS_URL is not set');
    return this.config.sandboxWebSocketUrl;
  }
}
