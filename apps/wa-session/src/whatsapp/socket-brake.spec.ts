import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SocketBrake } from './socket-brake.js';

describe('a socket', () => {
  let waiting: number;
  let did: string[];
  let brake: SocketBrake;
  beforeEach(() => {
    jest.useFakeTimers();
    waiting = 0;
    did = [];
    brake = new SocketBrake({
      waiting: () => waiting,
      socket: () => ({ pause: () => did.push('pause'), resume: () => did.push('resume') }),
      cut: () => did.push('cut'),
    });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  async function read(stanzas: number): Promise<void> {
    for (; stanzas > 0; stanzas--) {
      waiting++;
      brake.check();
    }
    await jest.advanceTimersByTimeAsync(0);
  }

  it('is read while little waits for Postgres', async () => {
    await read(149);
    expect(did).toEqual([]);
  });

  it('is not read while much waits, and read again when little is left', async () => {
    await read(200);
    await jest.advanceTimersByTimeAsync(1_000);
    waiting = 51;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(did).toEqual(['pause']);
    waiting = 50;
    await jest.advanceTimersByTimeAsync(50);
    expect(did).toEqual(['pause', 'resume']);
  });

  it('is read for a moment from time to time, however long Postgres is away', async () => {
    await read(200);
    await jest.advanceTimersByTimeAsync(5_000);
    await read(1);
    expect(did).toEqual(['pause', 'resume', 'pause']);
  });

  it('is cut when far too much waits', async () => {
    await read(5_000);
    expect(did.at(-1)).toBe('cut');
  });
});
