import { setTimeout as wait } from 'node:timers/promises';
import type { BenchAccount } from './fleet.js';

const AT_ONCE = 16;
/** Longer, and clients would take the silence for a lost connection. */
const LONGEST_HOLD_MS = 15_000;
/** How much longer the network holds back than writing took the last time. */
const HOLD_SLACK = 1.8;
const SHIFT_EVERY_MS = 200;

/** What contacts do, through the sandbox's control API. */
export class SandboxTraffic {
  private written = 0;
  private writesPerMs = 0;

  constructor(private readonly url: string) {}

  /** Contacts write so many messages, to the accounts in turn. */
  async write(accounts: BenchAccount[], count: number): Promise<void> {
    const startedAt = performance.now();
    let next = 0;
    const writer = async () => {
      while (next < count) {
        const { phone, contact } = accounts[next++ % accounts.length]!;
        await this.post(`/contacts/${contact}/messages`, { to: phone, text: `Message ${this.written++}` });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, writer));
    this.writesPerMs = count / (performance.now() - startedAt);
  }

  /**
   * The same, and all of them arrive together: resolves at about that moment. Call `write` before, which tells how fast that goes.
   * @returns how many were written: no more than the network can hold back
   */
  async writeInOneBurst(accounts: BenchAccount[], most: number): Promise<number> {
    const count = Math.min(most, Math.floor((LONGEST_HOLD_MS / HOLD_SLACK) * this.writesPerMs));
    const releaseAt = performance.now() + (count / this.writesPerMs) * HOLD_SLACK;
    const remaining = () => Math.max(0, Math.round(releaseAt - performance.now()));
    let writing = true;
    const holding = (async () => {
      while (writing && remaining() > 0) {
        await this.delay(remaining());
        await wait(SHIFT_EVERY_MS);
      }
    })();
    await this.write(accounts, count).finally(() => (writing = false));
    await holding;
    await this.delay(0);
    await wait(remaining());
    return count;
  }

  async scan(qr: string, phone: string): Promise<void> {
    await this.post('/pairings', { qr, phone, name: 'Bench' });
  }

  /** Breaks every connection once. */
  async disconnectAll(): Promise<void> {
    await this.post('/network/faults', { kind: 'disconnect' });
  }

  private async delay(ms: number): Promise<void> {
    await this.post('/network/faults', { kind: 'delay', ms });
  }

  private async post(path: string, body: object): Promise<void> {
    const response = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${answer}`);
  }
}
