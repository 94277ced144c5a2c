import type { Schemas } from '../api/client.js';

export type Account = Schemas['AccountResource'];

export interface AccountWords {
  label: string;
  /** Of the dot beside the label. */
  colour: 'green' | 'yellow' | 'red' | 'gray' | 'blue';
}

export const accountWords: Record<Account['state'], AccountWords> = {
  unlinked: { label: 'Not linked to a phone yet', colour: 'gray' },
  pairing: { label: 'Waiting for your phone', colour: 'blue' },
  connecting: { label: 'Connecting to WhatsApp', colour: 'blue' },
  connected: { label: 'Connected', colour: 'green' },
  backing_off: { label: 'Waiting for WhatsApp to reconnect', colour: 'yellow' },
  logged_out: { label: 'Logged out', colour: 'red' },
  conflict: { label: 'In use elsewhere', colour: 'red' },
  stopped: { label: 'Stopped', colour: 'gray' },
};

/** In these states only linking it again helps. */
export function canBeLinked(state: Account['state']): boolean {
  return ['unlinked', 'pairing', 'logged_out', 'conflict', 'stopped'].includes(state);
}

/** In these states a person can have it connect at once: a wait ends, or what stopped it is settled. */
export function canReconnect(state: Account['state']): boolean {
  return ['backing_off', 'logged_out', 'conflict', 'stopped'].includes(state);
}

/** In these states it is linked. */
export function canBeLoggedOut(state: Account['state']): boolean {
  return ['connecting', 'connected', 'backing_off', 'conflict', 'stopped'].includes(state);
}

/** A sentence of the API names instants as 2026-11-02T08:30:00Z; people read them in their own zone. */
export function localTimes(sentence: string, locale?: string): string {
  return sentence.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (instant) =>
    new Date(instant).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' }),
  );
}

export function accountName(account: { phone: string | null }): string {
  return account.phone ?? 'New account';
}

/** "1.5–2.5 s" */
export function paceWords(minMs: number, maxMs: number, locale?: string): string {
  const seconds = (ms: number) => (ms / 1_000).toLocaleString(locale, { maximumFractionDigits: 1 });
  return minMs === maxMs ? `${seconds(minMs)} s` : `${seconds(minMs)}–${seconds(maxMs)} s`;
}
