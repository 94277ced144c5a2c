import { describe, expect, it } from '@jest/globals';
import { byDay, mergeNewest, type MessagePage } from './merge-messages.js';
import type { Message, MessageState } from './message-states.js';

function message(
  number: number,
  state: MessageState = 'sent',
  at = `2026-11-24T12:00:0${number}.000Z`,
): Message {
  return { id: `m${number}`, state, at } as Message;
}

function page(
  messages: Message[],
  nextCursor: string | null = 'older',
  previousCursor: string | null = null,
): MessagePage {
  return { items: messages, nextCursor, previousCursor };
}

const ids = (pages: MessagePage[] | undefined) => pages?.map(({ items }) => items.map(({ id }) => id));

describe('the newest page of a chat', () => {
  const known = [page([message(4), message(3)]), page([message(2), message(1)], null)];

  it('puts new messages in front of those that are known', () => {
    expect(ids(mergeNewest(known, page([message(6), message(5), message(4)])))).toEqual([
      ['m6', 'm5', 'm4', 'm3'],
      ['m2', 'm1'],
    ]);
  });

  it('tells how far known messages got, wherever they are', () => {
    const merged = mergeNewest(known, page([message(4, 'read'), message(3), message(2, 'delivered')]))!;
    expect(merged.flatMap(({ items }) => items.map(({ state }) => state))).toEqual([
      'read',
      'sent',
      'delivered',
      'sent',
    ]);
  });

  it('does not hide that messages in between are missing', () => {
    expect(mergeNewest(known, page([message(9), message(8)]))).toBeUndefined();
  });

  it('changes nothing but states while newer messages than those that are shown were not read', () => {
    const middle = [page([message(4), message(3)], 'older', 'newer'), page([message(2)])];
    expect(ids(mergeNewest(middle, page([message(9), message(8)])))).toEqual([['m4', 'm3'], ['m2']]);
    const joined = mergeNewest(middle, page([message(6), message(5), message(4)]))!;
    expect([ids(joined)![0], joined[0]!.previousCursor]).toEqual([['m6', 'm5', 'm4', 'm3'], null]);
  });

  it('begins a page when the first one is full', () => {
    const full = page(Array.from({ length: 100 }, (_, index) => ({ ...message(1), id: `old${index}` })));
    const merged = mergeNewest([full], page([message(2), full.items[0]!]))!;
    expect(merged.map(({ items }) => items.length)).toEqual([1, 100]);
    expect(mergeNewest(merged, page([message(3), message(2)]))!.map(({ items }) => items.length)).toEqual([
      2, 100,
    ]);
  });

  it('is all there is of a chat that was empty', () => {
    expect(ids(mergeNewest([page([], null)], page([message(1)], null)))).toEqual([['m1']]);
  });
});

describe('the days of a chat', () => {
  it('begin with the oldest, each in the order of time', () => {
    const today = new Date(2026, 10, 24, 9).toISOString();
    const later = new Date(2026, 10, 24, 10).toISOString();
    const yesterday = new Date(2026, 10, 23, 23, 59).toISOString();
    const days = byDay([
      page([message(4, 'sent', later), message(3, 'sent', later)]),
      page([message(2, 'sent', today), message(1, 'sent', yesterday)]),
    ]);
    const runs = days.map(({ at, runs }) => [
      at.getDate(),
      runs.map(({ key, messages }) => [key, ...messages.map(({ id }) => id)]),
    ]);
    expect(runs).toEqual([
      [23, [['m1', 'm1']]],
      [
        24,
        [
          ['m1', 'm2'],
          ['m3', 'm3', 'm4'],
        ],
      ],
    ]);
  });
});
