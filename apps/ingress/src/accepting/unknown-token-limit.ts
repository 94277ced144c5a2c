import { isIPv6 } from 'node:net';

const WINDOW_MS = 60_000;
const MOST_PER_WINDOW = 30;
/** Most addresses that are remembered; the longest known is forgotten first. */
const MAX_ADDRESSES = 10_000;

/** Counts unknown tokens by the address that sent them: who tries many is told to wait. Valid tokens are never looked at. */
export class UnknownTokenLimit {
  private readonly windows = new Map<string, { startedAt: number; count: number }>();

  /**
   * @param now milliseconds of a clock that only goes forward
   * @returns undefined, or how many seconds the address should wait because it sent too many
   */
  count(address: string, now: number): number | undefined {
    const key = networkOf(address);
    let window = this.windows.get(key);
    if (!window || now >= window.startedAt + WINDOW_MS) {
      this.windows.delete(key);
      window = { startedAt: now, count: 0 };
      this.windows.set(key, window);
      if (this.windows.size > MAX_ADDRESSES) this.windows.delete(this.windows.keys().next().value!);
    }
    window.count++;
    return window.count > MOST_PER_WINDOW
      ? Math.max(1, Math.ceil((window.startedAt + WINDOW_MS - now) / 1_000))
      : undefined;
  }
}

/** One host has 2^64 IPv6 addresses: they count as one. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = '', tail] = address.toLowerCase().split('%')[0]!.split('::');
  const groups = head.split(':').filter(Boolean);
  const last = (tail ?? '').split(':').filter(Boolean);
  const missing = tail === undefined ? 0 : 8 - groups.length - last.length;
  const all = [...groups, ...Array<string>(Math.max(missing, 0)).fill('0'), ...last];
  return all
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':');
}
