const MOST_UNITS = 255;

/** How a person is called: the name they gave themselves, else their number, else what WhatsApp knows them by. */
export function contactName(contact: {
  name: string | null;
  /** With `+`. */
  phone: string | null;
  jids: readonly string[];
}): string {
  return (contact.name && chatName(contact.name)) || contact.phone || jidUser(contact.jids[0] ?? '');
}

/** A name as chats carry it. They are found by it through an index, which takes no longer ones. */
export function chatName(name: string): string {
  return name.trim().slice(0, MOST_UNITS).toWellFormed();
}

/** The part of a JID before its `@`. */
export function jidUser(jid: string): string {
  return jid.slice(0, jid.indexOf('@'));
}
