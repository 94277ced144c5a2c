import { describe, expect, it } from '@jest/globals';
import type { HttpResult } from '@waypost/safe-http';
import { ManualClock } from '@waypost/testkit';
import { DeliveryAttempt } from './delivery-attempt.js';
import type { DueDelivery } from './due-deliveries.js';

const ANSWER = { kind: 'answer', headers: {}, body: '', truncated: false, durationMs: 1 } as const;

function delivery(endpoint: Partial<DueDelivery['endpoint']> = {}): DueDelivery {
  return {
    id: 'delivery',
    workspaceId: 'workspace',
    messageId: 'message',
    body: '{}',
    attempts: 0,
    createdAt: new Date(0),
    endpoint: {
      id: 'endpoint',
      url: 'https://hook.example/',
      enabled: true,
      disabled: false,
      secretSealed: Buffer.from('whsec_c2VjcmV0'),
      consecutiveErrors: 0,
      backOffMs: 0,
      ...endpoint,
    },
  };
}

/** An attempt against a receiver that gives one result, and the number of requests that left. */
function attempt(result: HttpResult) {
  const made = { requests: 0 };
  const subject = new DeliveryAttempt({
    http: {
      post: async () => {
        made.requests++;
        return result;
      },
    },
    box: { open: (sealed) => Buffer.from(sealed) },
    clock: new ManualClock(),
    timeoutMs: 1_000,
    backOffMs: [5_000, 30_000, 120_000],
  });
  return { made, make: (due: DueDelivery | undefined) => subject.make(due) };
}

describe('an attempt', () => {
  it('that is answered 200 ends the delivery', async () => {
    expect(await attempt({ ...ANSWER, status: 200 }).make(delivery())).toEqual({
      result: 'done',
      apply: { kind: 'delivered', deliveryId: 'delivery', endpointId: 'endpoint' },
    });
  });

  it.each([201, 202, 204, 301, 302, 304, 400, 404, 429, 500, 503])(
    'that is answered %d is an error',
    async (status) => {
      expect(await attempt({ ...ANSWER, status }).make(delivery())).toMatchObject({
        result: 'retry',
        apply: { kind: 'failed', status, error: `the answer was HTTP ${status}, not 200` },
      });
    },
  );

  it.each([
    [0, 4_000, 6_000],
    [1, 24_000, 36_000],
    [2, 96_000, 144_000],
    [9, 96_000, 144_000],
  ])('after %d errors leaves the endpoint alone for %d to %d ms', async (consecutiveErrors, least, most) => {
    const outcome = await attempt({ ...ANSWER, status: 500 }).make(delivery({ consecutiveErrors }));
    const { backOffMs } = outcome.apply as { backOffMs: number };
    expect(backOffMs).toBeGreaterThanOrEqual(least);
    expect(backOffMs).toBeLessThanOrEqual(most);
  });

  it('leaves the endpoint alone for longer when it asks for that, and not for less', async () => {
    const busy = (after: string) =>
      attempt({ ...ANSWER, status: 503, headers: { 'retry-after': after } }).make(delivery());
    expect(await busy('60')).toMatchObject({ apply: { backOffMs: 60_000 } });
    expect(((await busy('1')).apply as { backOffMs: number }).backOffMs).toBeGreaterThanOrEqual(4_000);
  });

  it('is not made while the endpoint is left alone', async () => {
    const { make, made } = attempt({ ...ANSWER, status: 200 });
    expect(await make(delivery({ backOffMs: 1_200 }))).toEqual({ result: 'retry', afterMs: 1_200 });
    expect(made.requests).toBe(0);
  });

  it('looks again at least every 30 seconds, in case another delivery got through', async () => {
    expect(await attempt({ ...ANSWER, status: 200 }).make(delivery({ backOffMs: 3_600_000 }))).toEqual({
      result: 'retry',
      afterMs: 30_000,
    });
    const failed = await attempt({ ...ANSWER, status: 500 }).make(delivery({ consecutiveErrors: 2 }));
    expect(failed).toMatchObject({ result: 'retry', afterMs: 30_000 });
  });

  it('waits, kept, while the endpoint is disabled because of errors', async () => {
    const { make, made } = attempt({ ...ANSWER, status: 200 });
    expect(await make(delivery({ disabled: true }))).toEqual({ result: 'retry', afterMs: 30_000 });
    expect(made.requests).toBe(0);
  });

  it.each([{ enabled: false }, { url: null }])('is dropped when the owner switched off: %j', async (off) => {
    const { make, made } = attempt({ ...ANSWER, status: 200 });
    expect(await make(delivery(off))).toEqual({
      result: 'done',
      apply: { kind: 'dropped', deliveryId: 'delivery' },
    });
    expect(made.requests).toBe(0);
  });

  it('is over when the delivery is done already', async () => {
    expect(await attempt({ ...ANSWER, status: 200 }).make(undefined)).toEqual({ result: 'done' });
  });
});
