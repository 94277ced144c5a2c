import { api, take, type Schemas } from '../api/client.js';
import { useLive } from '../api/live.js';

export const OUTBOUND = ['outbound-webhook'];
export const REQUESTS = ['outbound-requests'];
export const MAILS = ['mails'];

export type OutboundWebhook = Schemas['OutboundWebhookResource'];
export type OutboundRequest = Schemas['OutboundRequestResource'];

const SHOWN = 10;

export function useOutboundWebhook() {
  return useLive(OUTBOUND, () => take(api.GET('/api/v1/outbound-webhook')));
}

/** The 10 most recent actions. */
export function useOutboundRequests() {
  return useLive(REQUESTS, async () => {
    const page = await take(
      api.GET('/api/v1/outbound-webhook/requests', { params: { query: { limit: SHOWN } } }),
    );
    return page.items;
  });
}

export function useMails() {
  return useLive(MAILS, async () => {
    const page = await take(api.GET('/api/v1/mails', { params: { query: { limit: SHOWN } } }));
    return page.items;
  });
}
