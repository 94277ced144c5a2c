import type { MadeRequest } from './signed-post.js';

/** What the settle of a delivery lane writes: how an attempt ended, that none was made, or what else becomes of the delivery. */
export type AttemptOutcome =
  | { kind: 'delivered'; deliveryId: string; endpointId: string; request: MadeRequest }
  | {
      kind: 'failed';
      deliveryId: string;
      endpointId: string;
      request: MadeRequest;
      /** A sentence for a person. */
      error: string;
      /** Present when this was the probe of an endpoint that backs off. */
      probe?: number;
      /** What the receiver asked for, in milliseconds; 0: nothing. */
      retryAfterMs: number;
      /** How many messages it told; present when it is not tried any more. */
      givenUp?: number;
      /** As below; present when it is no longer the first of its lane. */
      asideMs?: number;
    }
  | { kind: 'waiting'; endpointId: string }
  /** It left its lane for some time, in milliseconds, or until those of its chat that go ahead are through. */
  | { kind: 'aside'; deliveryId: string; asideMs: number }
  | { kind: 'dropped'; deliveryId: string };

export type Attempted = Extract<AttemptOutcome, { request: MadeRequest }>;

export function isAttempted(outcome: AttemptOutcome): outcome is Attempted {
  return outcome.kind === 'delivered' || outcome.kind === 'failed';
}
