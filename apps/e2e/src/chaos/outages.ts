import type { Entry } from './journal-follower.js';

/** A time in which an account's device was not active. */
export interface Outage {
  phone: string;
  from: number;
  /** When it was active again; undefined when it was not by the end. */
  to: number | undefined;
}

/** When each account was offline, as the network saw it: from the end of its connection until it was ready for messages again. */
export function outagesOf(entries: Entry[]): Outage[] {
  const outages: Outage[] = [];
  const current = new Map<string, number>();
  const open = new Map<string, Outage>();
  for (const { kind, phone, connection, at } of entries) {
    if (!phone || connection === undefined) continue;
    if (kind === 'active') {
      current.set(phone, connection);
      const outage = open.get(phone);
      if (outage) outage.to = at;
      open.delete(phone);
    } else if (kind === 'connection_closed' && current.get(phone) === connection && !open.has(phone)) {
      const outage = { phone, from: at, to: undefined };
      open.set(phone, outage);
      outages.push(outage);
    }
  }
  return outages;
}

/** How long an outage lasted, in milliseconds. */
export function lengthOf({ from, to }: Outage): number {
  return (to ?? Infinity) - from;
}
