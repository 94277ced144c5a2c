import { describe, expect, it } from '@jest/globals';
import { afterClose } from './close-policy.js';

const fresh = { failures: 0, replaced: 0 };

describe('after a connection closed', () => {
  it('connects again at once when WhatsApp asks for a restart', () => {
    expect(afterClose(515, fresh)).toMatchObject({ do: 'reconnect', afterMs: 0, state: 'connecting' });
  });

  it.each([408, 428, 500, 503])('backs off with jitter after the transient code %i', (code) => {
    expect(afterClose(code, fresh, () => 0.5)).toMatchObject({
      do: 'reconnect',
      afterMs: 500,
      state: 'backing_off',
    });
    expect(afterClose(code, { failures: 3, replaced: 0 }, () => 0.5)).toMatchObject({ afterMs: 4_000 });
    expect(afterClose(code, { failures: 40, replaced: 0 }, () => 1)).toMatchObject({ afterMs: 60_000 });
  });

  it('stops and asks to link again when the phone removed the device', () => {
    expect(afterClose(401, fresh)).toMatchObject({ do: 'stop', state: 'logged_out' });
  });

  it.each([402, 403, 405, 406, 409, 411])('stops for a person to look at code %i', (code) => {
    expect(afterClose(code, fresh)).toMatchObject({ do: 'stop', state: 'stopped' });
  });

  it('waits three times when another program takes the connection, then reports a conflict', () => {
    for (const replaced of [0, 1, 2]) {
      expect(afterClose(440, { failures: replaced, replaced })).toMatchObject({
        do: 'reconnect',
        afterMs: 30_000,
      });
    }
    expect(afterClose(440, { failures: 3, replaced: 3 })).toMatchObject({ do: 'stop', state: 'conflict' });
  });
});
