import type { EndpointState } from '@waypost/persistence';
import { invalidField } from '../http/problem.js';
import { problemWithWebhookUrl } from './webhook-url.js';

/** What the owner sets, and what deliveries made of it. */
export interface Endpoint {
  url: string | null;
  granularityHours: number;
  enabled: boolean;
  state: EndpointState;
  consecutiveErrors: number;
  disabledReason: string | null;
  nextAttemptAt: Date | null;
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
  if (granularityHours !== 0) {
    throw invalidField(
      'granularityHours',
      'granularityHours must be 0: only "Don’t aggregate" is available in this version',
    );
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
