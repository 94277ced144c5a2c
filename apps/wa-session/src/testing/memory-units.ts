import { AccountStore, type StoreReader } from '../unit-of-work/account-store.js';
import { KeyCache } from '../unit-of-work/key-cache.js';
import { UnitCommitter, type UnitWriter } from '../unit-of-work/unit-committer.js';
import { partId, type PartName, type StoredEvent, type Unit } from '../unit-of-work/unit.js';

/** Durable state in memory, whose commits can be held up. */
export class MemoryUnits implements UnitWriter, StoreReader {
  readonly events: StoredEvent[] = [];
  private readonly keys = new Map<string, Buffer>();
  private creds?: Buffer;
  private held?: {
    which: (unit: Unit) => boolean;
    until: Promise<void>;
    release: () => void;
    reached: boolean;
  };

  /** A store over this state: another one finds what earlier ones committed. */
  newStore(): AccountStore {
    const committer = new UnitCommitter(this, {
      committed: () => undefined,
      fenced: () => undefined,
      failed: () => undefined,
      refused: () => undefined,
    });
    return new AccountStore('account', 1, this, committer, {
      cache: new KeyCache(10_000_000).view(),
      onLeaseLost: () => undefined,
      onRefused: () => undefined,
    });
  }

  /** Of all stored keys of a type. */
  idsOf(type: string): string[] {
    return [...this.keys.keys()]
      .map((key) => key.split('\n'))
      .flatMap(([of, id = '']) => (of === type ? id : []));
  }

  /** From now on the first commit of such a unit waits, and all after it. */
  hold(which: (unit: Unit) => boolean): void {
    let release = () => {};
    const until = new Promise<void>((resolve) => (release = resolve));
    this.held = { which, until, release, reached: false };
  }

  /** Whether a commit waits. */
  get isHolding(): boolean {
    return this.held?.reached ?? false;
  }

  release(): void {
    this.held?.release();
    this.held = undefined;
  }

  async write(units: Unit[]): Promise<Set<string>> {
    if (this.held && units.some(this.held.which)) {
      this.held.reached = true;
      await this.held.until;
    }
    for (const { keys, creds, events } of units) {
      for (const { type, id, value } of keys) {
        if (value) this.keys.set(`${type}\n${id}`, value);
        else this.keys.delete(`${type}\n${id}`);
      }
      this.creds = creds ?? this.creds;
      this.events.push(...events);
    }
    return new Set(units.map(({ accountId }) => accountId));
  }

  isPoison(): boolean {
    return false;
  }

  isHeldUp(): boolean {
    return false;
  }

  async readKeys(_accountId: string, type: string, ids: string[]): Promise<Map<string, Buffer>> {
    return new Map(
      ids.flatMap((id) => {
        const value = this.keys.get(`${type}\n${id}`);
        return value ? [[id, value] as const] : [];
      }),
    );
  }

  async readCreds(): Promise<Buffer | undefined> {
    return this.creds;
  }

  async readPlaintext(_accountId: string, name: PartName): Promise<Buffer | undefined> {
    const found = this.events.find((event) => event.name && partId(event.name) === partId(name));
    return found?.plaintext && Buffer.from(found.plaintext);
  }
}
