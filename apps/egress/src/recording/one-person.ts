import { jidKind } from '@waypost/kernel';

/**
 * Joins lists of addresses that share one: each list names one person, so the lists with a common address do.
 *
 * @param people each: addresses (phone number JID, LID) that an event gives to one person
 * @returns joined lists, each address in one of them. Lists that would join two people are left out.
 */
export function joinPeople(people: readonly (readonly string[])[]): string[][] {
  const joined = new Map<string, Set<string>>();
  for (const jids of people) {
    const all = new Set(jids);
    for (const jid of jids) for (const known of joined.get(jid) ?? []) all.add(known);
    for (const jid of all) joined.set(jid, all);
  }
  return [...new Set(joined.values())].map((set) => [...set]).filter(areOnePerson);
}

/**
 * A person keeps their number and gets a new LID when they register anew, and keeps their LID with a new number. Addresses with two of both
 * belong to somebody whose new number was somebody else's before.
 */
export function areOnePerson(jids: readonly string[]): boolean {
  const count = (kind: string) => jids.filter((jid) => jidKind(jid) === kind).length;
  return count('lid') < 2 || count('phone') < 2;
}
