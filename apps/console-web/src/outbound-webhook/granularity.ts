import type { OutboundWebhook } from './use-outbound-webhook.js';

export type Granularity = OutboundWebhook['granularityHours'];

export const granularities: { value: `${Granularity}`; label: string }[] = [
  { value: '0', label: 'Don’t aggregate' },
  { value: '1', label: 'Every hour' },
  { value: '6', label: 'Every 6 hours' },
  { value: '12', label: 'Every 12 hours' },
  { value: '24', label: 'Every 24 hours' },
];
