import { invalidField } from '../http/problem.js';
import { problemWithWebhookUrl } from './webhook-url.js';

/** `disabled`: switched off by itself after too many errors in a row. */
export type EndpointState = 'healthy' | 'backing_off' | 'disabled';

/** Hours of a bundle's window; 0: each message on its own. */
export const GRANULARITIES = [0, 1, 6, 12, 24];

/** What the owner sets, and what deliveries made of it. */
export interface Endpoint {
  url: string | null;
  granularityHours: number;
  enabled: boolean;
  state: EndpointState;
  consecutiveErrors: number;
  disabledReason: string | null;
  nextAttemptAt: Date | null;
  /** Messages that were not kept since it last began anew. */
  dropped: number;
}

export interface SettingsChange {
  url?: string | null;
  granularityHours?: number;
  enabled?: boolean;
}

const CLEAN_SLATE = {
  state: 'healthy',
  consecutiveErrors: 0,
  disabledReason: null,
  nextAttemptAt: null,
  dropped: 0,
} as const;

/**
 * The endpoint after the change. Switching it on, and giving an endpoint that backs off another URL, forgets its errors.
 * @throws ProblemError that names the field that cannot be
 */
export function changeSettings(endpoint: Endpoint, change: SettingsChange): Endpoint {
  const { granularityHours = endpoint.granularityHours, enabled = endpoint.enabled } = change;
  const url = change.url === undefined ? endpoint.url : change.url;
  const problem = url === null ? undefined : problemWithWebhookUrl(url);
  if (problem) throw invalidField('url', problem);
  if (!GRANULARITIES.includes(granularityHours)) {
    throw invalidField('granularityHours', `granularityHours must be one of ${GRANULARITIES.join(', ')}`);
  }
  if (enabled && url === null) {
    throw invalidField('url', 'url must be given before the webhook can be enabled');
  }
  const switchedOn = change.enabled === true && (!endpoint.enabled || endpoint.state === 'disabled');
  const redirected = url !== endpoint.url && endpoint.state === 'backing_off';
  return {
    ...endpoint,
    url,
    granularityHours,
    enabled,
    ...(switchedOn || redirected ? CLEAN_SLATE : {}),
  };
}
