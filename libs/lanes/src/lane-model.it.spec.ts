import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import fc from 'fast-check';
import { claim, enqueue, setOpen, settle, type Claim } from './index.js';

const HOUR_MS = 3_600_000;

/** What a lane should be. Times are in hours from the start of the case; the lease is one hour. */
interface ModelLane {
  key: string;
  slot: number;
  born: boolean;
  open: boolean;
  items: { ref: string; claims: number }[];
  /** When it may be claimed; infinity while it is empty. */
  dueAt: number;
  paceUntil: number;
  holder?: Claim;
}

const names = [
  { key: 'a', slot: 0 },
  { key: 'a', slot: 1 },
  { key: 'a', slot: 2 },
  { key: 'b', slot: 0 },
  { key: 'c', slot: 5 },
];

/** The tables and a model of them, side by side: every step is done to both, and the answers are compared. */
class Twin {
  readonly kind = randomUUID();
  readonly appended: string[][] = names.map(() => []);
  readonly finished: string[][] = names.map(() => []);
  private hour = 0;
  private since?: Date;
  private readonly closedKeys = new Set<string>();
  private readonly lanes: ModelLane[] = names.map((name) => ({
    ...name,
    born: false,
    open: true,
    items: [],
    dueAt: Infinity,
    paceUntil: -Infinity,
  }));
  private readonly superseded: Claim[] = [];

  constructor(private readonly pool: TestDatabase['pool']) {}

  get empty(): boolean {
    return this.lanes.every(({ items }) => items.length === 0);
  }

  async enqueue(places: number[]): Promise<void> {
    const items = places.map((place) => ({ ...names[place]!, ref: randomUUID() }));
    const woken = await enqueue(this.pool, this.kind, items);
    const expected = new Set<string>();
    places.forEach((place, i) => {
      const lane = this.lanes[place]!;
      if (!lane.born) lane.open = !this.closedKeys.has(lane.key);
      lane.born = true;
      lane.items.push({ ref: items[i]!.ref, claims: 0 });
      this.appended[place]!.push(items[i]!.ref);
      if (lane.dueAt !== Infinity) return;
      lane.dueAt = Math.max(this.hour, lane.paceUntil);
      if (lane.open) expected.add(nameOf(lane));
    });
    expect(woken.map(nameOf).sort()).toEqual([...expected].sort());
  }

  /** `onlySince`: look only at what the claim before left; it must make no difference. */
  async claim(limit: number, onlySince: boolean): Promise<void> {
    const given = onlySince ? this.since : undefined;
    const { claims, nextDueInMs, since } = await claim(this.pool, this.kind, limit, HOUR_MS, given);
    this.since = since;
    const due = this.lanes.filter((lane) => lane.open && lane.dueAt <= this.hour);
    expect(claims).toHaveLength(Math.min(limit, due.length));
    const taken = new Set(claims.map((one) => this.laneOf(one)));
    const latestTaken = Math.max(...[...taken].map((lane) => lane.dueAt));
    for (const lane of due) if (!taken.has(lane)) expect(lane.dueAt).toBeGreaterThanOrEqual(latestTaken);
    for (const one of claims) {
      const lane = this.laneOf(one);
      expect(due).toContain(lane);
      expect(one).toMatchObject({ ref: lane.items[0]!.ref, attempts: lane.items[0]!.claims });
      expect(Math.round(one.lateMs / HOUR_MS)).toBe(this.hour - lane.dueAt);
      if (lane.holder) this.superseded.push(lane.holder);
      lane.holder = one;
      lane.items[0]!.claims++;
      lane.dueAt = this.hour + 1;
    }
    const nextDue = Math.min(...this.lanes.filter(({ open }) => open).map(({ dueAt }) => dueAt));
    if (nextDue === Infinity) expect(nextDueInMs).toBeUndefined();
    else if (nextDue <= this.hour) expect(nextDueInMs).toBeLessThanOrEqual(0);
    else expect(Math.round(nextDueInMs! / HOUR_MS)).toBe(nextDue - this.hour);
  }

  async settle(picks: number[], done: boolean, afterHours: number, paceHours?: number): Promise<void> {
    const held = this.lanes.filter(({ holder }) => holder);
    const lanes = [...new Set(picks.map((pick) => held[pick % held.length]))].filter(
      (lane) => lane !== undefined,
    );
    const paceMs = paceHours === undefined ? undefined : paceHours * HOUR_MS;
    const settled = await settle(this.pool, [
      // Late ones among them change nothing and harm nobody.
      ...this.superseded.map((claim) => ({ claim, outcome: { result: 'done' as const } })),
      ...lanes.map(({ holder }) => ({
        claim: holder!,
        outcome: done
          ? { result: 'done' as const, paceMs }
          : { result: 'retry' as const, afterMs: afterHours * HOUR_MS, paceMs },
      })),
    ]);
    expect(new Set(settled.map(({ claim }) => claim))).toEqual(new Set(lanes.map(({ holder }) => holder)));
    for (const lane of lanes) {
      this.superseded.push(lane.holder!);
      lane.holder = undefined;
      if (done) this.finished[this.lanes.indexOf(lane)]!.push(lane.items.shift()!.ref);
      const wait = Math.max(done ? 0 : afterHours, paceHours ?? 0);
      lane.dueAt = lane.items.length === 0 ? Infinity : this.hour + wait;
      lane.paceUntil = Math.max(lane.paceUntil, this.hour + (paceHours ?? -Infinity));
    }
  }

  async setOpen(key: string, open: boolean): Promise<void> {
    const woken = await setOpen(this.pool, this.kind, [key], open);
    const changed = this.lanes.filter((lane) => lane.key === key && lane.born && lane.open !== open);
    for (const lane of changed) {
      lane.open = open;
      if (open && lane.dueAt !== Infinity) lane.dueAt = Math.max(lane.dueAt, this.hour);
    }
    if (open) this.closedKeys.delete(key);
    else this.closedKeys.add(key);
    const expected = changed.filter(({ dueAt }) => open && dueAt !== Infinity);
    expect(woken.map(nameOf).sort()).toEqual(expected.map(nameOf).sort());
  }

  async passAnHour(): Promise<void> {
    this.hour++;
    this.since = this.since && new Date(this.since.getTime() - HOUR_MS);
    await this.pool.query(
      `update lane set next_at = next_at - interval '1 hour', pace_until = pace_until - interval '1 hour' where kind = $1`,
      [this.kind],
    );
  }

  private laneOf(one: Claim): ModelLane {
    return this.lanes.find((lane) => lane.key === one.key && lane.slot === one.slot)!;
  }
}

function nameOf({ key, slot }: { key: string; slot: number }): string {
  return `${key}/${slot}`;
}

const place = fc.nat(names.length - 1);
const picks = fc.array(fc.nat(names.length - 1), { minLength: 1, maxLength: 4 });
const hours = fc.nat(2);
const steps = fc.array(
  fc.oneof(
    fc.array(place, { minLength: 1, maxLength: 6 }).map((places) => (twin: Twin) => twin.enqueue(places)),
    fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.boolean())
      .map((given) => (twin: Twin) => twin.claim(...given)),
    fc
      .tuple(picks, fc.boolean(), hours, fc.option(hours, { nil: undefined }))
      .map((given) => (twin: Twin) => twin.settle(...given)),
    fc
      .tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean())
      .map((given) => (twin: Twin) => twin.setOpen(...given)),
    fc.constant((twin: Twin) => twin.passAnHour()),
  ),
  { minLength: 20, maxLength: 60 },
);

describe('lanes, step by step', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.drop());

  it('do what the model of them does, and give out every item in order', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const twin = new Twin(db.pool);
        for (const step of sequence) await step(twin);

        for (const key of ['a', 'b', 'c']) await twin.setOpen(key, true);
        for (let rounds = 0; !twin.empty; rounds++) {
          expect(rounds).toBeLessThan(400);
          await twin.claim(4, true);
          await twin.settle([0, 1, 2, 3], true, 0, 0);
          await twin.passAnHour();
        }
        expect(twin.finished).toEqual(twin.appended);
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });
});
