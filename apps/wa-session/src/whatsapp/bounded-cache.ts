import { GroupCache } from './group-cache.js';

/** Remembers the latest of something, the oldest forgotten first. In the shape in which Baileys wants its caches. */
export class BoundedCache {
  private readonly values = new Map<string, unknown>();

  constructor(private readonly most: number) {}

  get<T>(key: string): T | undefined {
    return this.values.get(key) as T | undefined;
  }

  set<T>(key: string, value: T): void {
    this.values.delete(key);
    this.values.set(key, value);
    if (this.values.size > this.most) this.values.delete(this.values.keys().next().value!);
  }

  del(key: string): void {
    this.values.delete(key);
  }

  flushAll(): void {
    this.values.clear();
  }
}

const MOST_RETRIED = 1_000;
const MOST_TOLD = 5_000;

/** One session's, over all its connections. */
export interface SessionMemory {
  /** How often each message was asked for again, so that a lost connection does not begin to count anew. */
  retries: BoundedCache;
  /** Messages that the phone was asked for. */
  placeholders: BoundedCache;
  /** What was told of people and groups. */
  told: BoundedCache;
  groups: GroupCache;
}

export function newSessionMemory(): SessionMemory {
  return {
    retries: new BoundedCache(MOST_RETRIED),
    placeholders: new BoundedCache(MOST_RETRIED),
    told: new BoundedCache(MOST_TOLD),
    groups: new GroupCache(),
  };
}
