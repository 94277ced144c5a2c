/** The states of an outgoing message, in the order it passes through them. `failed` ends it from any state before `sent`. */
export const MESSAGE_STATES = ['queued', 'sending', 'sent', 'delivered', 'read'] as const;

export type OutgoingState = (typeof MESSAGE_STATES)[number] | 'failed';

/** True when a message in state `from` may become `to`: states only move forward, and failure is final. */
export function mayAdvance(from: OutgoingState, to: OutgoingState): boolean {
  if (from === 'failed') return false;
  const rank = (state: OutgoingState) => MESSAGE_STATES.indexOf(state as (typeof MESSAGE_STATES)[number]);
  if (to === 'failed') return rank(from) < rank('sent');
  return rank(to) > rank(from);
}
