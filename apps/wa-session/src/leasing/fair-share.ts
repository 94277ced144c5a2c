/** Most accounts that a pod hands to others in one round: moving costs each account a reconnect. */
const MOST_RELEASED = 2;
/** How much more than its share a pod keeps before it hands accounts on, so that small changes move nobody. */
const TOLERANCE = 0.1;

/** A living pod that takes accounts. */
export interface Pod {
  /** Accounts it holds. */
  sessions: number;
  /** Accounts it can hold. */
  room: number;
}

/**
 * The level up to which pods fill up when they share out the accounts evenly: the least number such that all accounts find a pod
 * when each takes that many, or as many as it has room for. With too little room for all: the largest room.
 */
export function fairShare(accounts: number, rooms: readonly number[]): number {
  let left = accounts;
  const ascending = [...rooms].sort((a, b) => a - b);
  for (const [index, room] of ascending.entries()) {
    const level = Math.ceil(left / (ascending.length - index));
    if (level <= room) return level;
    left -= room;
  }
  return ascending.at(-1) ?? 0;
}

/** How many accounts a pod hands on now: few, only clearly more than its share, and only while another pod would take them. */
export function surplus(held: number, share: number, others: readonly Pod[]): number {
  const keeps = share + Math.max(1, Math.floor(share * TOLERANCE));
  const wanted = others.some(({ sessions, room }) => sessions < Math.min(share, room));
  return wanted && held > keeps ? Math.min(MOST_RELEASED, held - keeps) : 0;
}
