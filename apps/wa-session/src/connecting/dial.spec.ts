import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ConnectVerdict, Permit } from './connect-gate.js';
import { Dial } from './dial.js';

type Event =
  | { type: 'open' }
  | { type: 'progress' }
  | { type: 'acked' }
  | { type: 'closed'; code: number; reason: string };

const granted = (inMs = 0): Permit => ({
  granted: true,
  network: 'sandbox',
  version: '1.2.3',
  probe: true,
  inMs,
});

/** A line over which a test dials, and what became of it. */
class Line {
  answer: () => Promise<Permit> = async () => granted();
  connect: () => Promise<void> = async () => undefined;
  readonly verdicts: ConnectVerdict[] = [];
  readonly heard: string[] = [];
  readonly terminated: string[] = [];
  /** Of each connection that was made: lets something happen to it. */
  readonly connections: Array<(event: Event) => void> = [];
  refusals = 0;
  certain = true;

  readonly dial = new Dial<{ close(): Promise<void>; terminate(reason: string): void }, Event>(
    (event) =>
      this.heard.push(event.type === 'closed' && 'code' in event ? `closed ${event.code}` : event.type),
    () => undefined,
  );

  begin(): void {
    this.dial.begin({
      mayConnect: () => this.answer(),
      isCertain: () => this.certain,
      connect: async (_version, on) => {
        await this.connect();
        this.connections.push(on);
        return { close: async () => undefined, terminate: (reason) => void this.terminated.push(reason) };
      },
      connectEnded: async (_permit, verdict) => void this.verdicts.push(verdict),
      granted: () => undefined,
      refused: () => this.refusals++,
      openWithinMs: 5_000,
    });
  }

  async after(ms: number): Promise<void> {
    await jest.advanceTimersByTimeAsync(ms);
  }
}

describe('dialling', () => {
  let line: Line;
  beforeEach(() => {
    jest.useFakeTimers();
    line = new Line();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('waits for its turn, and makes one connection, however often it is begun', async () => {
    line.answer = async () => granted(1_000);
    line.begin();
    line.begin();
    await line.after(999);
    expect(line.connections).toHaveLength(0);
    await line.after(1);
    line.begin();
    await line.after(10_000);
    expect(line.connections).toHaveLength(1);
  });

  it('does not connect when its turn comes and it may not any more, and asks anew', async () => {
    line.answer = async () => granted(1_000);
    line.begin();
    await line.after(500);
    line.certain = false;
    await line.after(5_000);
    expect(line.connections).toHaveLength(0);
    expect(new Set(line.verdicts)).toEqual(new Set(['unclear']));
    line.certain = true;
    await line.after(5_000);
    expect(line.connections).toHaveLength(1);
  });

  it('asks again while nobody can say whose turn it is, and while no version is accepted', async () => {
    line.answer = async () => {
      throw new Error('Postgres is away');
    };
    line.begin();
    await line.after(5_000);
    line.answer = async () => ({ granted: false, askAgainInMs: 2_000 });
    await line.after(3_000);
    expect(line.refusals).toBeGreaterThan(0);
    line.answer = async () => granted();
    await line.after(5_000);
    expect(line.connections).toHaveLength(1);
    // Waiting is no failure.
    expect(line.heard).toEqual([]);
  });

  it('tells once whether the version was accepted', async () => {
    for (const [event, verdict] of [
      [{ type: 'open' }, 'accepted'],
      [{ type: 'closed', code: 405, reason: 'too old' }, 'rejected'],
      [{ type: 'closed', code: 503, reason: 'away' }, 'unclear'],
    ] as const) {
      line = new Line();
      line.begin();
      await line.after(0);
      line.connections[0]!(event);
      line.dial.hangUp();
      expect(line.verdicts).toEqual([verdict]);
    }
  });

  it('cuts a connection that does not open in time, and lets one that is open live', async () => {
    line.begin();
    await line.after(5_000);
    expect(line.terminated).toEqual(['not open in time']);
    line = new Line();
    line.begin();
    await line.after(0);
    line.connections[0]!({ type: 'open' });
    await line.after(60_000);
    expect(line.terminated).toEqual([]);
  });

  it('cuts no connection that gets on with what waited, but one that never gets to the end', async () => {
    line.begin();
    await line.after(0);
    for (let n = 0; n < 12; n++) {
      await line.after(4_000);
      line.connections[0]!({ type: 'progress' });
    }
    expect(line.terminated).toEqual([]);
    await line.after(1_999);
    expect(line.terminated).toEqual([]);
    await line.after(1);
    expect([line.terminated, line.heard]).toEqual([['not open in time'], []]);
  });

  it('hears nothing of a connection that it hung up, and can be begun anew', async () => {
    line.begin();
    await line.after(0);
    line.dial.hangUp();
    line.connections[0]!({ type: 'open' });
    expect(line.heard).toEqual([]);
    line.begin();
    await line.after(0);
    line.connections[1]!({ type: 'closed', code: 428, reason: 'lost' });
    expect([line.heard, line.dial.connection]).toEqual([['closed 428'], undefined]);
  });

  it('cuts a connection that comes when it is no longer wanted, and gives a turn back that comes then', async () => {
    let connect = () => {};
    line.connect = () => new Promise((resolve) => (connect = resolve));
    line.begin();
    await line.after(0);
    line.dial.hangUp();
    connect();
    await line.after(0);
    expect(line.terminated).toEqual(['no longer wanted']);

    line = new Line();
    line.begin();
    line.dial.hangUp();
    await line.after(0);
    expect([line.connections.length, line.verdicts]).toEqual([0, ['unclear']]);
  });

  it('takes a connection that cannot be made for one that was lost', async () => {
    line.connect = async () => {
      throw new Error('no address');
    };
    line.begin();
    await line.after(0);
    expect(line.heard).toEqual(['closed 503']);
  });
});
