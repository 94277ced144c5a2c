import { lookup, Resolver } from 'node:dns/promises';
import { setTimeout as wait } from 'node:timers/promises';

export interface ResolvedAddress {
  address: string;
  family: number;
}

/** Finds the addresses of a host name. @throws when the name has none or the name service does not answer */
export type Resolve = (hostname: string) => Promise<ResolvedAddress[]>;

const TRY_MS = 1_500;
const TRIES = 2;
/** How long the other kind of address is waited for when one kind is there (RFC 8305). */
const OTHER_KIND_MS = 50;
const NO_SUCH_NAME = ['ENOTFOUND', 'ENODATA'];
const MOST_BY_SYSTEM = 2;
const MOST_WAITING = 100;

/**
 * Asks the name servers itself. The system's own look-up works on a handful of threads that cannot be called back, so a few names whose
 * servers never answer would hold up everybody's. It is asked only for names that DNS does not know (the hosts file, search domains),
 * and by few at a time.
 */
export class NameResolver {
  private readonly dns = new Resolver({ timeout: TRY_MS, tries: TRIES });
  private bySystem = 0;
  private readonly waiting: (() => void)[] = [];

  /** @param servers as `address:port`; default: those of the system */
  constructor(servers?: readonly string[]) {
    if (servers) this.dns.setServers(servers);
  }

  readonly resolve: Resolve = async (hostname) => {
    if (/(^|\.)localhost\.?$/i.test(hostname)) return [ofFamily(4)('127.0.0.1'), ofFamily(6)('::1')];
    const four = this.dns.resolve4(hostname).then((found) => found.map(ofFamily(4)));
    const six = this.dns.resolve6(hostname).then((found) => found.map(ofFamily(6)));
    const late = (other: Promise<unknown>) => other.then(() => wait(OTHER_KIND_MS, [] as ResolvedAddress[]));
    const [fours, sixes] = await Promise.allSettled([
      Promise.race([four, late(six).catch(() => four)]),
      Promise.race([six, late(four).catch(() => six)]),
    ]);
    const found = [fours, sixes].flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    if (found.length > 0) return found;
    const errors = [fours, sixes].flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    const failure = errors.find(({ code }) => !NO_SUCH_NAME.includes(code));
    if (failure) throw failure;
    return this.resolveBySystem(hostname);
  };

  private async resolveBySystem(hostname: string): Promise<ResolvedAddress[]> {
    if (this.bySystem >= MOST_BY_SYSTEM) {
      if (this.waiting.length >= MOST_WAITING) throw Object.assign(new Error('too many'), { code: 'EAGAIN' });
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else this.bySystem++;
    try {
      return await lookup(hostname, { all: true });
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.bySystem--;
    }
  }
}

function ofFamily(family: 4 | 6): (address: string) => ResolvedAddress {
  return (address) => ({ address, family });
}
