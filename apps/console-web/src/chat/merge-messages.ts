import type { Schemas } from '../api/client.js';
import type { Message } from './message-states.js';

export type MessagePage = Schemas['MessagePage'];

/**
 * The pages of a chat, newest first, with what its newest page says by now: new messages in front, changed ones in place.
 * @returns undefined when the two do not touch, so that messages between them are missing and the chat must be read anew
 */
export function mergeNewest(pages: MessagePage[], newest: MessagePage): MessagePage[] | undefined {
  const [first, ...rest] = pages;
  if (!first) return [newest];
  const known = new Set(pages.flatMap(({ items }) => items.map(({ id }) => id)));
  const touches = newest.nextCursor === null || newest.items.some(({ id }) => known.has(id));
  if (!touches && known.size > 0) return undefined;
  const current = new Map(newest.items.map((message) => [message.id, message]));
  const updated = (items: Message[]) => items.map((message) => current.get(message.id) ?? message);
  const added = newest.items.filter(({ id }) => !known.has(id));
  return [
    { ...first, items: [...added, ...updated(first.items)] },
    ...rest.map((page) => ({ ...page, items: updated(page.items) })),
  ];
}

export interface Day {
  /** Midnight, in the viewer's zone. */
  at: Date;
  messages: Message[];
}

/** Oldest first, by the days of the viewer's zone. */
export function byDay(messages: Message[]): Day[] {
  const days: Day[] = [];
  const sorted = [...messages].sort((one, other) =>
    one.at === other.at ? (one.id < other.id ? -1 : 1) : one.at < other.at ? -1 : 1,
  );
  for (const message of sorted) {
    const at = new Date(message.at);
    at.setHours(0, 0, 0, 0);
    const last = days.at(-1);
    if (last && last.at.getTime() === at.getTime()) last.messages.push(message);
    else days.push({ at, messages: [message] });
  }
  return days;
}
