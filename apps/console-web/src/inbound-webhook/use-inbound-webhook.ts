import { api, take, type Schemas } from '../api/client.js';
import { useLive } from '../api/live.js';

export const INBOUND = ['inbound-webhook'];
export const ATTEMPTS = ['inbound-attempts'];

export type InboundWebhook = Schemas['InboundWebhookResource'];
export type Attempt = Schemas['AttemptResource'];

const SHOWN = 20;

export function useInboundWebhook() {
  return useLive(INBOUND, () => take(api.GET('/api/v1/inbound-webhook')));
}

/** The latest activations. */
export function useAttempts() {
  return useLive(ATTEMPTS, async () => {
    const page = await take(
      api.GET('/api/v1/inbound-webhook/attempts', { params: { query: { limit: SHOWN } } }),
    );
    return page.items;
  });
}
