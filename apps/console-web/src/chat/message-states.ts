import type { Schemas } from '../api/client.js';

export type Message = Schemas['MessageResource'];
export type MessageState = Message['state'];

export const stateWords: Record<MessageState, string> = {
  received: 'Received',
  queued: 'Waiting to be sent',
  sending: 'Being sent',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read',
  failed: 'Failed',
};
