import type { Schemas } from '../api/client.js';
import type { Message } from './message-states.js';

export type MessagePage = Schemas['MessagePage'];

/** A page that grows by new messages is followed by another one from then on. */
const LARGEST_PAGE = 100;

/**
 * The pages of a chat, newest first, with what its newest page says by now: new messages in front, changed ones in place. Pages that end
 * before the newest messages get only the changes, until they were read on up to there.
 * @returns undefined when messages between the two are missing, and the chat must be read anew
 */
export function mergeNewest(pages: MessagePage[], newest: MessagePage): MessagePage[] | undefined {
  const [first] = pages;
  if (!first) return [newest];
  const known = new Set(pages.flatMap(({ items }) => items.map(({ id }) => id)));
  const touches = newest.nextCursor === null || newest.items.some(({ id }) => known.has(id));
  const isAtEnd = first.previousCursor === null;
  if (!touches && isAtEnd && known.size > 0) return undefined;
  const current = new Map(newest.items.map((message) => [message.id, message]));
  const updated = pages.map((page) => ({
    ...page,
    items: page.items.map((message) => current.get(message.id) ?? message),
  }));
  if (!touches) return updated;
  const added = newest.items.filter(({ id }) => !known.has(id));
  const [head, ...rest] = updated as [MessagePage, ...MessagePage[]];
  if (head.items.length + added.length <= LARGEST_PAGE || added.length === 0) {
    return [{ ...head, items: [...added, ...head.items], previousCursor: null }, ...rest];
  }
  const front = { items: added, nextCursor: head.nextCursor, previousCursor: null };
  return [front, { ...head, previousCursor: null }, ...rest];
}

/** Messages that follow one another, of one page: what is drawn, or left out, as a whole. */
export interface Run {
  key: string;
  messages: Message[];
}

export interface Day {
  /** Midnight, in the viewer's zone. */
  at: Date;
  runs: Run[];
}

/** Oldest first, by the days of the viewer's zone. */
export function byDay(pages: MessagePage[]): Day[] {
  const days: Day[] = [];
  // A page grows at its newer end only: the other end names it for good.
  const placed = pages.flatMap(({ items }) => items.map((message) => ({ message, page: items.at(-1)!.id })));
  placed.sort(({ message: one }, { message: other }) =>
    one.at === other.at ? (one.id < other.id ? -1 : 1) : one.at < other.at ? -1 : 1,
  );
  let lastPage: string | undefined;
  for (const { message, page } of placed) {
    const at = new Date(message.at);
    at.setHours(0, 0, 0, 0);
    if (days.at(-1)?.at.getTime() !== at.getTime()) days.push({ at, runs: [] });
    const { runs } = days.at(-1)!;
    if (runs.length === 0 || page !== lastPage) {
      const again = runs.filter(({ key }) => key.startsWith(page)).length;
      runs.push({ key: again === 0 ? page : `${page}-${again}`, messages: [] });
    }
    runs.at(-1)!.messages.push(message);
    lastPage = page;
  }
  return days;
}
