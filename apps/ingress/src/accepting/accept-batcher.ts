import { setTimeout as wait } from 'node:timers/promises';
import { fullJitter } from '@waypost/kernel';
import { AcceptFailure, type AcceptResult } from './accept-store.js';
import type { AcceptRequest, Decision } from './accept-request.js';

/** Decides a batch in one transaction. @throws AcceptFailure */
export interface BatchDecider {
  accept(requests: readonly AcceptRequest[], again: boolean): Promise<AcceptResult>;
}

export interface AcceptBatcherOptions {
  /** Requests that may wait; those beyond are turned away. */
  maxWaiting: number;
  /** How long a batch is repeated whose effect is unknown. Default 20 s. */
  unknownForMs?: number;
  hooks?: AcceptBatcherHooks;
}

/** What to tell others, to log and to count. Hooks must not throw. */
export interface AcceptBatcherHooks {
  /** After the commit: a send lane fell due. */
  onLaneDue?(): void;
  /** After the commit: a file waits to be fetched. */
  onFetchDue?(): void;
  onBatch?(size: number): void;
  /** A batch was not decided; it is repeated, split or turned away. */
  onFailure?(failure: AcceptFailure, size: number): void;
}

interface Waiting {
  request: AcceptRequest;
  resolve(decision: Decision): void;
}

const MAX_BATCH = 256;
/** Bounds what a batch and the queue take of memory, whatever the lengths of bodies. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
const MAX_CONFLICTS = 8;
const RETRY_BASE_MS = 25;
const RETRY_CAP_MS = 1_000;

const AWAY: Decision = {
  status: 503,
  message: 'The database is unreachable; nothing was accepted, nothing was charged',
};
const FULL: Decision = {
  status: 503,
  message: 'Too many requests are waiting; nothing was accepted, nothing was charged',
};
const UNKNOWN: Decision = {
  status: 503,
  message:
    'The database went away while it accepted this message; look into the chat before sending it again',
};

const FAILED: Decision = {
  status: 500,
  message: 'The request failed for an internal reason; nothing was accepted, nothing was charged',
};

/**
 * Coalesces requests: while one batch is being decided the next one gathers, and leaves as soon as the answer is there. So an
 * idle system answers after one commit, and a busy one decides many requests per commit. One batch is in flight at a time.
 */
export class AcceptBatcher {
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private running?: Promise<void>;

  constructor(
    private readonly decider: BatchDecider,
    private readonly options: AcceptBatcherOptions,
  ) {}

  /** Resolves when the decision is durable. Never rejects. */
  submit(request: AcceptRequest): Promise<Decision> {
    if (this.waiting.length >= this.options.maxWaiting || this.waitingBytes >= MAX_WAITING_BYTES) {
      return Promise.resolve(FULL);
    }
    return new Promise((resolve) => {
      this.waiting.push({ request, resolve });
      this.waitingBytes += sizeOf(request);
      this.running ??= this.run();
    });
  }

  /** Resolves when nothing waits and nothing is in flight. */
  async stop(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    let batch = this.take();
    let deciding = this.decide(batch, false);
    while (batch.length > 0) {
      const decisions = await deciding;
      const decided = batch;
      // The next batch goes first: the database works while the answers are written.
      batch = this.take();
      if (batch.length > 0) deciding = this.decide(batch, false);
      else this.running = undefined;
      decided.forEach(({ resolve }, place) => resolve(decisions[place]!));
    }
  }

  private take(): Waiting[] {
    let size = 0;
    let bytes = 0;
    while (size < MAX_BATCH && size < this.waiting.length && (size === 0 || bytes < MAX_BATCH_BYTES)) {
      bytes += sizeOf(this.waiting[size]!.request);
      size++;
    }
    this.waitingBytes -= bytes;
    return this.waiting.splice(0, size);
  }

  private async decide(batch: readonly Waiting[], mayBeDone: boolean): Promise<Decision[]> {
    const { hooks, unknownForMs = 20_000 } = this.options;
    const requests = batch.map(({ request }) => request);
    const giveUpAt = performance.now() + unknownForMs;
    let again = mayBeDone;
    let conflicts = 0;
    for (let failures = 0; ; failures++) {
      try {
        const { decisions, laneDue, fetchDue } = await this.decider.accept(requests, again);
        hooks?.onBatch?.(batch.length);
        if (laneDue) hooks?.onLaneDue?.();
        if (fetchDue) hooks?.onFetchDue?.();
        return decisions;
      } catch (error) {
        const failure = error instanceof AcceptFailure ? error : new AcceptFailure('lost', error);
        hooks?.onFailure?.(failure, batch.length);
        if (failure.kind === 'refused') return this.decideInHalves(batch, again);
        if (failure.kind === 'conflict' && ++conflicts > MAX_CONFLICTS) {
          return batch.map(() => (again ? UNKNOWN : AWAY));
        }
        if (failure.kind === 'lost') again = true;
        if (failure.kind === 'away' || (failure.kind === 'lost' && failures > 0)) this.turnAwayWaiting();
        if (failure.kind === 'away' && !again) return batch.map(() => AWAY);
        if (performance.now() >= giveUpAt) return batch.map(() => (again ? UNKNOWN : AWAY));
      }
      await wait(fullJitter(failures, RETRY_BASE_MS, RETRY_CAP_MS));
    }
  }

  /** A request that the database refuses harms nobody but itself. */
  private async decideInHalves(batch: readonly Waiting[], again: boolean): Promise<Decision[]> {
    if (batch.length === 1) return [FAILED];
    const half = Math.ceil(batch.length / 2);
    return [
      ...(await this.decide(batch.slice(0, half), again)),
      ...(await this.decide(batch.slice(half), again)),
    ];
  }

  /** They have not been sent yet, so nothing of them can have happened. */
  private turnAwayWaiting(): void {
    const waiting = this.waiting;
    this.waiting = [];
    this.waitingBytes = 0;
    for (const { resolve } of waiting) resolve(AWAY);
  }
}

/** About: a text is part of its body. */
function sizeOf({ attempt }: AcceptRequest): number {
  return 2 * (attempt.body?.length ?? 0);
}
