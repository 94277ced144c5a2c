import type { MessageEnvelope } from '@waypost/contracts';
import type { proto } from '@whiskeysockets/baileys';
import type { StoredEvent } from '../unit-of-work/unit.js';
import { messageContent } from './message-content.js';

/** What is recorded of a message whose content is known. What says nothing to a person is kept for the sake of its plaintext. */
export function messageEvent(
  envelope: MessageEnvelope,
  message: proto.IMessage,
): Pick<StoredEvent, 'kind' | 'event'> {
  const { kind, ...content } = messageContent(message);
  return kind === 'nothing'
    ? { kind: 'protocol', event: envelope }
    : { kind, event: { ...envelope, ...content } };
}
