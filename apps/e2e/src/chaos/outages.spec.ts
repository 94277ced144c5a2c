import { describe, expect, it } from '@jest/globals';
import type { Entry } from './journal-follower.js';
import { lengthOf, outagesOf } from './outages.js';

describe('outages in the journal', () => {
  const phone = '+14155550000';
  let seq = 0;
  const entry = (kind: string, connection: number, at: number): Entry => ({
    seq: ++seq,
    kind,
    phone,
    connection,
    at,
  });

  it('last from the end of the connection until the next one is ready', () => {
    const entries = [
      entry('active', 1, 0),
      entry('connection_closed', 1, 1_000),
      entry('login', 2, 1_400),
      entry('active', 2, 1_500),
    ];
    expect(outagesOf(entries).map(lengthOf)).toEqual([500]);
  });

  it('are none when the next connection is ready before the former one is gone', () => {
    const entries = [entry('active', 1, 0), entry('active', 2, 900), entry('connection_closed', 1, 1_000)];
    expect(outagesOf(entries)).toEqual([]);
  });

  it('go on while connections end before they are ready', () => {
    const entries = [
      entry('active', 1, 0),
      entry('connection_closed', 1, 100),
      entry('connection_closed', 2, 400),
      entry('active', 3, 700),
      entry('connection_closed', 3, 800),
    ];
    expect(outagesOf(entries).map(lengthOf)).toEqual([600, Infinity]);
  });
});
