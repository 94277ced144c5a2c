import { describe, expect, it } from '@jest/globals';
import type { HttpResult } from '@waypost/safe-http';
import { ManualClock } from '@waypost/testkit';
import { DeliveryAttempt, type Grant } from './delivery-attempt.js';
import type { DueDelivery } from './due-deliveries.js';
import { SignedPost } from './signed-post.js';

const ANSWER = { kind: 'answer', headers: {}, body: '', truncated: false, durationMs: 1 } as const;
const GO: Grant = { body: '{}' };
const BACKING_OFF = { state: 'backing_off', consecutiveErrors: 1 } as const;

const HOUR_MS = 3_600_000;

function delivery(
  endpoint: Partial<DueDelivery['endpoint']> = {},
  more: Partial<DueDelivery> = {},
): DueDelivery {
  return {
    id: 'delivery',
    workspaceId: 'workspace',
    messageId: 'message',
    body: '{}',
    bodyBytes: 2,
    messages: 1,
    attempts: 0,
    createdAt: new Date(0),
    isForgone: false,
    goesAhead: false,
    isBehind: false,
    refused: null,
    endpoint: {
      id: 'endpoint',
      url: 'https://hook.example/',
      enabled: true,
      state: 'healthy',
      secretSealed: Buffer.from('whsec_c2VjcmV0'),
      previousSecretSealed: null,
      consecutiveErrors: 0,
      backOffMs: 0,
      ...endpoint,
    },
    ...more,
  };
}

/** An attempt against a receiver that gives one result, and the requests that left. */
function attempt(result: HttpResult) {
  const made = { headers: [] as Record<string, string>[] };
  const clock = new ManualClock();
  const post = new SignedPost({
    http: {
      post: async (_url, { headers }) => {
        made.headers.push(headers);
        return result;
      },
    },
    box: { open: (sealed) => Buffer.from(sealed) },
    clock,
    timeoutMs: 1_000,
  });
  const subject = new DeliveryAttempt({
    ...{ post, clock, backOffMs: [5_000, 30_000, 120_000], retentionMs: 72 * HOUR_MS },
  });
  return {
    made,
    make: (due?: DueDelivery, grant: Grant | null = GO) => subject.make(due, grant ?? undefined),
  };
}

describe('an attempt', () => {
  it('that is answered 200 ends the delivery', async () => {
    expect(await attempt({ ...ANSWER, status: 200 }).make(delivery())).toMatchObject({
      result: 'done',
      apply: { kind: 'delivered', deliveryId: 'delivery', endpointId: 'endpoint' },
    });
  });

  it.each([201, 202, 204, 301, 302, 304, 400, 404, 429, 500, 503])(
    'that is answered %d is an error',
    async (status) => {
      expect(await attempt({ ...ANSWER, status }).make(delivery())).toMatchObject({
        result: 'retry',
        apply: {
          kind: 'failed',
          error: `the answer was HTTP ${status}, not 200`,
          request: { problem: { errorClass: 'status' } },
        },
      });
    },
  );

  it('carries what the receiver says of when to come again', async () => {
    const headers = { 'retry-after': '60' };
    expect(await attempt({ ...ANSWER, status: 503, headers }).make(delivery())).toMatchObject({
      apply: { retryAfterMs: 60_000 },
    });
  });

  it('is not made while the endpoint is left alone', async () => {
    const { make, made } = attempt({ ...ANSWER, status: 200 });
    expect(await make(delivery({ ...BACKING_OFF, backOffMs: 1_200 }))).toEqual({
      result: 'retry',
      afterMs: 1_200,
      apply: { kind: 'waiting', endpointId: 'endpoint' },
    });
    expect(made.headers).toEqual([]);
  });

  it('is made of an endpoint that backs off by the delivery that has the probe', async () => {
    const { make, made } = attempt({ ...ANSWER, status: 500 });
    expect(await make(delivery(BACKING_OFF), null)).toMatchObject({ apply: { kind: 'waiting' } });
    expect(made.headers).toHaveLength(0);
    expect(await make(delivery(BACKING_OFF), { body: '{}', probe: 4_711 })).toMatchObject({
      apply: { kind: 'failed', probe: 4_711 },
    });
    expect(made.headers).toHaveLength(1);
  });

  it('looks again at least every minute, in case the end of waiting was not heard of', async () => {
    expect(
      await attempt({ ...ANSWER, status: 200 }).make(delivery({ ...BACKING_OFF, backOffMs: 3_600_000 })),
    ).toMatchObject({ result: 'retry', afterMs: 60_000 });
    const failed = await attempt({ ...ANSWER, status: 500 }).make(delivery({ consecutiveErrors: 2 }));
    expect(failed).toMatchObject({ result: 'retry', afterMs: 60_000 });
  });

  it('waits, kept, while the endpoint is disabled because of errors', async () => {
    const { make, made } = attempt({ ...ANSWER, status: 200 });
    expect(await make(delivery({ state: 'disabled' }))).toMatchObject({
      result: 'retry',
      apply: { kind: 'waiting' },
    });
    expect(made.headers).toEqual([]);
  });

  it.each([{ enabled: false }, { url: null }])('is dropped when the owner switched off: %j', async (off) => {
    const { make, made } = attempt({ ...ANSWER, status: 200 });
    expect(await make(delivery(off))).toEqual({
      result: 'done',
      apply: { kind: 'dropped', deliveryId: 'delivery' },
    });
    expect(made.headers).toEqual([]);
  });

  it('is over when the delivery is done already', async () => {
    expect(await attempt({ ...ANSWER, status: 200 }).make(undefined)).toEqual({ result: 'done' });
  });

  it('comes back soon, without any effect, when there is no room for its body', async () => {
    const { make, made } = attempt({ ...ANSWER, status: 200 });
    expect(await make(delivery(), 'no room')).toEqual({ result: 'retry', afterMs: 250 });
    expect(made.headers).toEqual([]);
  });

  it('is dropped when the owner switched the endpoint off since, although it is on again', async () => {
    const { make, made } = attempt({ ...ANSWER, status: 200 });
    expect(await make(delivery({}, { isForgone: true }))).toMatchObject({ apply: { kind: 'dropped' } });
    expect(made.headers).toEqual([]);
  });

  it.each([{}, BACKING_OFF])(
    'is not made behind another one of its chat: its lane goes on without it (%j)',
    async (endpoint) => {
      const { make, made } = attempt({ ...ANSWER, status: 200 });
      expect(await make(delivery(endpoint, { isBehind: true }))).toEqual({
        result: 'done',
        apply: { kind: 'aside', deliveryId: 'delivery', asideMs: 0 },
      });
      expect(made.headers).toEqual([]);
    },
  );

  it('that failed lets those that failed less be the probe, for no longer than the step', async () => {
    const { make } = attempt({ ...ANSWER, status: 500 });
    const waits = (attempts: number) =>
      make(delivery({ ...BACKING_OFF, backOffMs: 1_200 }, { attempts })) as Promise<{ afterMs: number }>;
    const pauses = await Promise.all([0, 1, 3, 50].map(waits));
    expect(pauses.map(({ afterMs }) => afterMs)).toEqual([1_200, 1_700, 2_700, 6_200]);
    // The step of 5 s, at its longest, and half a second for its first failure.
    expect(await make(delivery())).toMatchObject({ result: 'retry', afterMs: 6_500 });
  });
});

describe('a delivery that alone is refused', () => {
  const refused = (times: number, sinceFailureMs: number, forMs = 0) =>
    delivery({}, { refused: { times, sinceFailureMs, forMs } });

  it.each([
    [0, 4_000, 1_000],
    [1, 10_000, 20_000],
    [2, 100_000, 20_000],
    [9, 100_000, 20_000],
  ])(
    'is set aside by the schedule, whatever others get: after %d refusals',
    async (times, sinceMs, leftMs) => {
      const { make, made } = attempt({ ...ANSWER, status: 400 });
      expect(await make(refused(times, sinceMs))).toEqual({
        result: 'done',
        apply: { kind: 'aside', deliveryId: 'delivery', asideMs: leftMs },
      });
      expect(made.headers).toEqual([]);
      expect(await make(refused(times, sinceMs + leftMs))).toMatchObject({ apply: { kind: 'failed' } });
      expect(made.headers).toHaveLength(1);
    },
  );

  it('leaves its lane as soon as it fails again, so that what is behind it is the next to go', async () => {
    const { make } = attempt({ ...ANSWER, status: 400 });
    expect(await make(refused(0, 5_000))).toMatchObject({
      result: 'done',
      apply: { kind: 'failed', asideMs: 30_000 },
    });
    const before = delivery({}, { goesAhead: true });
    expect(await make(before)).toMatchObject({ result: 'done', apply: { kind: 'failed', asideMs: 6_500 } });
  });

  it('is given up when it is refused for longer than deliveries are kept, and not before', async () => {
    const { make } = attempt({ ...ANSWER, status: 400 });
    const before = await make(refused(20, 200_000, 72 * HOUR_MS - 1));
    expect(before).toMatchObject({ result: 'done', apply: { kind: 'failed', asideMs: 120_000 } });
    expect(before.apply).not.toHaveProperty('givenUp');
    expect(await make(refused(20, 200_000, 72 * HOUR_MS + 1))).toMatchObject({
      result: 'done',
      apply: { kind: 'failed', givenUp: 1 },
    });
  });

  it('is delivered, however long it was refused, when it is taken at last', async () => {
    expect(await attempt({ ...ANSWER, status: 200 }).make(refused(20, 200_000, 73 * HOUR_MS))).toMatchObject({
      result: 'done',
      apply: { kind: 'delivered' },
    });
  });
});
