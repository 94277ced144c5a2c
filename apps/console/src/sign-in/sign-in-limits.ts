import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@waypost/kernel';
import { isIPv6 } from 'node:net';
import { AttemptLimit } from './attempt-limit.js';

/** Injection token of the clock. */
export const CLOCK = Symbol('clock');

const WINDOW_MS = 15 * 60_000;
const CAPACITY = 20_000;

/**
 * Holds back who guesses passwords: 10 attempts per e-mail and 30 per address in 15 minutes, successes aside. Kept in the memory of each
 * replica: a restart forgets, and several replicas allow that many each.
 */
@Injectable()
export class SignInLimits {
  private readonly byEmail = new AttemptLimit({ attempts: 10, windowMs: WINDOW_MS, capacity: CAPACITY });
  private readonly byAddress = new AttemptLimit({ attempts: 30, windowMs: WINDOW_MS, capacity: CAPACITY });

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /**
   * Counts an attempt before its password is looked at, so that a burst cannot slip through.
   * @returns seconds to wait when the attempt is refused
   */
  admit(email: string, address: string): number | undefined {
    const now = this.clock.now().getTime();
    const network = networkOf(address);
    const wait = Math.max(this.byEmail.waitMs(emailKey(email), now), this.byAddress.waitMs(network, now));
    if (wait > 0) return Math.ceil(wait / 1000);
    this.byEmail.count(emailKey(email), now);
    this.byAddress.count(network, now);
    return undefined;
  }

  succeeded(email: string, address: string): void {
    this.byEmail.forget(emailKey(email));
    this.byAddress.takeBack(networkOf(address));
  }
}

/** As the unique index on members compares them. */
function emailKey(email: string): string {
  return email.toLowerCase();
}

/** One subscriber of IPv6 has a /64 of addresses at least. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = '', tail = ''] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}
