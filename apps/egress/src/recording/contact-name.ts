const MOST_UNITS = 255;

/** How a person is called: the name they gave themselves, else their number, else what WhatsApp knows them by. */
export function contactName(contact: {
  name: string | null;
  /** With `+`. */
  phone: string | null;
  jids: readonly string[];
}): string {
  // Names are found through an index, which takes no longer ones.
  return contact.name?.slice(0, MOST_UNITS).toWellFormed() ?? contact.phone ?? jidUser(contact.jids[0] ?? '');
}

/** The part of a JID before its `@`. */
export function jidUser(jid: string): string {
  return jid.slice(0, jid.indexOf('@'));
}
