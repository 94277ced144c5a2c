import { describe, expect, it } from '@jest/globals';
import { KeyCache } from './key-cache.js';

const value = (text: string) => Buffer.from(text);
const ENTRY = 1_000;
const filled = (mark: string) => value(mark.repeat(ENTRY));

describe('the cache of keys', () => {
  it('gives back the bytes it was given, and tells "has no value" from "not known"', () => {
    const view = new KeyCache(100_000).view();
    const bytes = Buffer.from([0, 127, 128, 255]);
    view.set('a', bytes);
    view.set('b', null);
    expect([view.get('a'), view.get('b'), view.get('c')]).toEqual([bytes, null, undefined]);
  });

  it('shows each session its own entries only', () => {
    const cache = new KeyCache(100_000);
    const [one, other] = [cache.view(), cache.view()];
    one.set('session\na.0', value('one'));
    other.set('session\na.0', value('other'));
    expect([one.get('session\na.0'), other.get('session\na.0')]).toEqual([value('one'), value('other')]);
    one.clear();
    expect([one.get('session\na.0'), other.get('session\na.0')]).toEqual([undefined, value('other')]);
  });

  it('stays within one budget for all sessions, and forgets what was not used for longest', () => {
    const cache = new KeyCache(4 * ENTRY);
    const [quiet, busy] = [cache.view(), cache.view()];
    quiet.set('a', filled('a'));
    quiet.set('b', filled('b'));
    quiet.get('a');
    for (let n = 0; n < 2; n++) busy.set(`${n}`, filled('x'));
    expect([quiet.get('a'), quiet.get('b')]).toEqual([filled('a'), undefined]);
    for (let n = 0; n < 100; n++) busy.set(`${n}`, filled('y'));
    expect(cache.bytes).toBeLessThanOrEqual(4 * ENTRY);
    expect([quiet.get('a'), busy.get('99')]).toEqual([undefined, filled('y')]);
  });

  it('counts an entry that is replaced once', () => {
    const cache = new KeyCache(100_000);
    const view = cache.view();
    view.set('a', filled('a'));
    const { bytes } = cache;
    view.set('a', filled('b'));
    expect(cache.bytes).toBe(bytes);
  });
});
