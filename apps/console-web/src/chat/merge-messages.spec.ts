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

function page(messages: Message[], nextCursor: string | null = 'older'): MessagePage {
  return { items: messages, nextCursor };
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

  it('is all there is of a chat that was empty', () => {
    expect(ids(mergeNewest([page([], null)], page([message(1)], null)))).toEqual([['m1']]);
  });
});

describe('the days of a chat', () => {
  it('begin with the oldest, each in the order of time', () => {
    const today = new Date(2026, 10, 24, 9).toISOString();
    const later = new Date(2026, 10, 24, 10).toISOString();
    const yesterday = new Date(2026, 10, 23, 23, 59).toISOString();
    const days = byDay([message(3, 'sent', later), message(2, 'sent', today), message(1, 'sent', yesterday)]);
    expect(days.map(({ at, messages }) => [at.getDate(), messages.map(({ id }) => id)])).toEqual([
      [23, ['m1']],
      [24, ['m2', 'm3']],
    ]);
  });
});
