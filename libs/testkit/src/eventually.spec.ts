import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';

describe('eventually', () => {
  it('returns what the check returns once that is truthy', async () => {
    let calls = 0;
    expect(await eventually(() => (++calls < 3 ? false : 'ready'), { everyMs: 1 })).toBe('ready');
  });

  it('waits until a block of expectations stops throwing', async () => {
    let calls = 0;
    await eventually(() => expect(++calls).toBe(3), { everyMs: 1 });
    expect(calls).toBe(3);
  });

  it('fails with the last failure when time is up', async () => {
    const attempt = eventually(
      () => {
        throw new Error('still nobody there');
      },
      { withinMs: 20, everyMs: 1 },
    );
    await expect(attempt).rejects.toThrow('not within 20 ms: still nobody there');
  });

  it('says what a check returned that was never truthy', async () => {
    await expect(eventually(() => 0, { withinMs: 10, everyMs: 1 })).rejects.toThrow('the check returned 0');
  });
});
