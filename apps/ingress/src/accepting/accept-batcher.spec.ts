import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { newWaKeyId, uuidv7 } from '@waypost/kernel';
import { AcceptBatcher, type AcceptBatcherOptions } from './accept-batcher.js';
import { AcceptFailure, type AcceptFailureKind, type AcceptResult } from './accept-store.js';
import type { AcceptRequest } from './accept-request.js';

const ACCEPTED = { status: 200 };

/** Decides when the test says so. */
class HeldStore {
  readonly calls: { requests: readonly AcceptRequest[]; again: boolean }[] = [];
  private readonly held: { resolve(result: AcceptResult): void; reject(error: Error): void }[] = [];

  accept(requests: readonly AcceptRequest[], again: boolean): Promise<AcceptResult> {
    this.calls.push({ requests, again });
    return new Promise((resolve, reject) => this.held.push({ resolve, reject }));
  }

  decide(): void {
    const { requests } = this.calls[this.calls.length - this.held.length]!;
    this.held
      .shift()!
      .resolve({ decisions: requests.map(() => ({ ...ACCEPTED })), laneDue: true, fetchDue: false });
  }

  fail(kind: AcceptFailureKind): void {
    this.held.shift()!.reject(new AcceptFailure(kind, new Error(kind)));
  }

  /** Resolves when the call of this number (from 1) has come. */
  async call(number: number): Promise<void> {
    while (this.calls.length < number) await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const request = (bodyBytes = 0): AcceptRequest => ({
  messageId: uuidv7(),
  keyId: newWaKeyId(),
  tokenHash: randomBytes(32),
  asked: { order: { to: { chatId: '1' }, text: 'x', cost: 1 } },
  attempt: { address: '192.0.2.1', body: Buffer.alloc(bodyBytes), ignoredFields: [], arrivedAt: 0 },
});

let store: HeldStore;
beforeEach(() => {
  store = new HeldStore();
});
const batcherWith = (options: Partial<AcceptBatcherOptions> = {}) =>
  new AcceptBatcher(store, { maxWaiting: 10_000, ...options });
const sizes = () => store.calls.map(({ requests }) => requests.length);

describe('a batch', () => {
  it('is sent at once when nothing is in flight, and gathers while something is', async () => {
    const batcher = batcherWith();
    const answers = Array.from({ length: 300 }, () => batcher.submit(request()));
    expect(sizes()).toEqual([1]);
    store.decide();
    await store.call(2);
    expect(sizes()).toEqual([1, 256]);
    store.decide();
    await store.call(3);
    expect(sizes()).toEqual([1, 256, 43]);
    store.decide();
    expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([200]));
    await batcher.stop();
  });

  it('keeps the order of arrival', async () => {
    const batcher = batcherWith();
    const requests = Array.from({ length: 20 }, () => request());
    for (const one of requests) void batcher.submit(one);
    store.decide();
    await store.call(2);
    expect(store.calls.flatMap((call) => call.requests)).toEqual(requests);
    store.decide();
    await batcher.stop();
  });

  it('is bounded by the length of its bodies, too', async () => {
    const batcher = batcherWith();
    for (let count = 0; count < 101; count++) void batcher.submit(request(32 * 1024));
    store.decide();
    await store.call(2);
    store.decide();
    await store.call(3);
    store.decide();
    await batcher.stop();
    expect(sizes()).toEqual([1, 64, 36]);
  });

  it('goes before the answers of the one before it', async () => {
    const batcher = batcherWith();
    const first = batcher.submit(request());
    void batcher.submit(request());
    store.decide();
    await first;
    expect(sizes()).toEqual([1, 1]);
    store.decide();
    await batcher.stop();
  });
});

describe('requests beyond the limit', () => {
  it('are turned away at once', async () => {
    const batcher = batcherWith({ maxWaiting: 2 });
    for (let count = 0; count < 3; count++) void batcher.submit(request());
    expect(await batcher.submit(request())).toMatchObject({ status: 503 });
    store.decide();
    await store.call(2);
    store.decide();
    await batcher.stop();
  });
});

describe('when a batch fails', () => {
  it('is repeated with the same ids, and says so, when its effect is unknown', async () => {
    const batcher = batcherWith();
    const answer = batcher.submit(request());
    store.fail('lost');
    await store.call(2);
    store.fail('away');
    await store.call(3);
    store.decide();
    expect(await answer).toEqual(ACCEPTED);
    expect(store.calls.map(({ again }) => again)).toEqual([false, true, true]);
    expect(store.calls[2]!.requests).toEqual(store.calls[0]!.requests);
  });

  it('is repeated when it lost against another transaction', async () => {
    const batcher = batcherWith();
    const answer = batcher.submit(request());
    store.fail('conflict');
    await store.call(2);
    store.decide();
    expect(await answer).toEqual(ACCEPTED);
    expect(store.calls[1]!.again).toBe(false);
  });

  it('is turned away with all that wait when the database is away, and the next one is tried', async () => {
    const batcher = batcherWith();
    const answers = Promise.all([batcher.submit(request()), batcher.submit(request())]);
    store.fail('away');
    expect((await answers).map(({ status }) => status)).toEqual([503, 503]);
    const later = batcher.submit(request());
    await store.call(2);
    store.decide();
    expect(await later).toEqual(ACCEPTED);
  });

  it('harms only the request that the database refuses', async () => {
    const bad = request();
    const picky = {
      accept: async (requests: readonly AcceptRequest[]): Promise<AcceptResult> => {
        if (requests.includes(bad)) throw new AcceptFailure('refused', new Error('bad row'));
        return { decisions: requests.map(() => ({ ...ACCEPTED })), laneDue: false, fetchDue: false };
      },
    };
    const batcher = new AcceptBatcher(picky, { maxWaiting: 10 });
    const requests = [request(), request(), request(), bad, request(), request()];
    const decisions = await Promise.all(requests.map((one) => batcher.submit(one)));
    expect(decisions.map(({ status }) => status)).toEqual(requests.map((one) => (one === bad ? 500 : 200)));
  });

  it('never says that nothing was accepted, once a call was lost, however many conflicts follow', async () => {
    const batcher = batcherWith();
    const answer = batcher.submit(request());
    store.fail('lost');
    for (let call = 2; call <= 10; call++) {
      await store.call(call);
      store.fail('conflict');
    }
    expect(await answer).toEqual({ status: 503, message: expect.stringContaining('look into the chat') });
  });

  it('gives up in the end, and says that it does not know', async () => {
    const batcher = batcherWith({ unknownForMs: 0 });
    const answer = batcher.submit(request());
    store.fail('lost');
    expect(await answer).toEqual({
      status: 503,
      message: expect.stringContaining('look into the chat'),
    });
  });
});
