import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { closeReason } from './close-policy.js';

/** What this pod's sessions do, for those who run them. */
@Injectable()
export class SessionMetrics {
  private readonly commits: Histogram;
  private readonly refused: Counter;
  private readonly fenced: Counter;
  private readonly closes: Counter<'reason'>;
  private readonly orphans: Gauge;
  private readonly tooOld: Gauge;

  constructor(@Inject(Registry) private readonly registry: Registry) {
    const registers = [registry];
    this.commits = new Histogram({
      name: 'waypost_unit_commit_seconds',
      help: 'Time of one grouped commit of session state and events.',
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
      registers,
    });
    this.refused = new Counter({
      name: 'waypost_units_refused_total',
      help: 'Commits of session state that Postgres refused for good. Each needs a look at the log.',
      registers,
    });
    this.fenced = new Counter({
      name: 'waypost_fenced_writes_total',
      help: 'Commits of session state that came to nothing because another pod holds the account.',
      registers,
    });
    this.closes = new Counter({
      name: 'waypost_connections_closed_total',
      help: 'Connections to WhatsApp that ended, by what WhatsApp or the network said.',
      labelNames: ['reason'],
      registers,
    });
    this.orphans = new Gauge({
      name: 'waypost_accounts_without_owner',
      help: 'Accounts that want a session and have had none for half a minute, in all pods. Every pod tells the same.',
      registers,
    });
    this.tooOld = new Gauge({
      name: 'waypost_client_too_old',
      help: 'Whether WhatsApp refuses all versions of the client that this pod may use: 1 while accounts wait for that.',
      registers,
    });
  }

  /** @param states of the sessions that this pod holds, as of now */
  watch(states: () => string[]): void {
    new Gauge({
      name: 'waypost_sessions',
      help: 'Accounts whose session this pod holds.',
      registers: [this.registry],
      collect() {
        this.set(states().length);
      },
    });
    new Gauge({
      name: 'waypost_sessions_by_state',
      help: 'The same, by the state of the account.',
      labelNames: ['state'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const state of states()) this.inc({ state });
      },
    });
  }

  committed(durationMs: number): void {
    this.commits.observe(durationMs / 1000);
  }

  writeRefused(): void {
    this.refused.inc();
  }

  writeFenced(): void {
    this.fenced.inc();
  }

  connectionClosed(code: number): void {
    this.closes.inc({ reason: closeReason(code) });
  }

  withoutOwner(accounts: number): void {
    this.orphans.set(accounts);
  }

  clientTooOld(isTooOld: boolean): void {
    this.tooOld.set(isTooOld ? 1 : 0);
  }
}
