import { storable } from '@waypost/kernel';
import { createHash } from 'node:crypto';
import type { PartName, StoredEvent } from './unit.js';

/** In UTF-16 units: three such names still fit into one entry of a Postgres index, which ends at 2,704 bytes. */
const LONGEST_NAME = 256;
const KEPT_OF_LONG_NAMES = 128;
const TEXT_FIELD = 'text';

/**
 * What WhatsApp or a contact wrote, as Postgres takes it: no text of theirs may make a commit impossible. All strings but the text
 * of the message are names (of people, chats, messages) and bounded as such.
 */
export function storableEvent<T extends StoredEvent>({ name, event, ...rest }: T): T {
  return {
    ...rest,
    ...(name ? { name: storablePart(name) } : {}),
    event: storableValue(event, ''),
  } as T;
}

/** The same for every redelivery, like the part itself. */
export function storablePart({ chatJid, keyId, senderJid, part }: PartName): PartName {
  return {
    chatJid: storableName(chatJid),
    keyId: storableName(keyId),
    senderJid: storableName(senderJid),
    part,
  };
}

/** Names that differ stay different. */
export function storableName(name: string): string {
  const text = storable(name);
  if (text.length <= LONGEST_NAME) return text;
  const hash = createHash('sha256').update(text).digest('hex');
  return `${text.slice(0, KEPT_OF_LONG_NAMES).toWellFormed()}#${hash}`;
}

/** What is left of an event that Postgres refused all the same: that there was one, and which. */
export function remainsOf({ kind, name }: StoredEvent): StoredEvent {
  return { kind: 'undecryptable', event: { refused: kind, ...(name ? { keyId: name.keyId } : {}) } };
}

function storableValue(value: unknown, field: string): unknown {
  if (typeof value === 'string') return field === TEXT_FIELD ? storable(value) : storableName(value);
  if (Array.isArray(value)) return value.map((item) => storableValue(item, field));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, storableValue(inner, name)]));
}
