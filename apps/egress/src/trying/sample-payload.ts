import type { Clock } from '@waypost/kernel';
import {
  bundlePayload,
  messagePayload,
  type PayloadLinks,
  type RecordedMessage,
} from '../collecting/outbound-payload.js';

/** No message has this WhatsApp key id. */
const SAMPLE_KEY_ID = '3EB00000000000000000';
const SAMPLE_ID = '00000000-0000-7000-8000-000000000000';
const MINUTE_MS = 60_000;

/** What an endpoint with this granularity gets, with made-up people. */
export function samplePayload(granularityHours: number, links: PayloadLinks, clock: Clock): object {
  const now = clock.now().getTime();
  if (granularityHours === 0) return messagePayload(sample('received', new Date(now)), links);
  return bundlePayload([sample('received', new Date(now - MINUTE_MS)), sample('sent', new Date(now))], links);
}

function sample(direction: 'received' | 'sent', at: Date): RecordedMessage {
  return {
    id: SAMPLE_ID,
    account: { ownerName: 'Amina Haddad', ownerEmail: 'amina@shop.example', phone: '+972500000001' },
    chat: {
      id: '10010000',
      name: 'Jane Smith',
      isGroup: false,
      phone: '+972550000002',
      responsibleName: 'Amina',
      responsibleEmail: 'amina@shop.example',
    },
    direction,
    keyId: SAMPLE_KEY_ID,
    at,
    text: 'This is a test of the outbound webhook. No such message was written.',
    opensChat: false,
    authorName: direction === 'received' ? 'Jane Smith' : 'Amina Haddad',
  };
}
