import { phoneToJid } from '@waypost/kernel';

/** How a chat is addressed: by phone number or by LID, the number that hides it. */
export type Addressing = 'pn' | 'lid';

export interface ParsedAddress {
  user: string;
  server: string;
  /** 0 is the person's own phone, others are linked devices. */
  device: number;
}

/** Takes `4915…:2@s.whatsapp.net` or `123@lid` apart; undefined when it is no address of a person. */
export function parseAddress(jid: string | undefined): ParsedAddress | undefined {
  const match = /^(\d+)(?:_\d+)?(?::(\d+))?@(s\.whatsapp\.net|c\.us|lid)$/.exec(jid ?? '');
  if (!match) return undefined;
  const [, user = '', device = '0', server = ''] = match;
  return { user, server: server === 'c.us' ? 's.whatsapp.net' : server, device: Number(device) };
}

/** The JID of a person's device in the wanted form; device 0 is written without a device part. */
export function jidOf(person: { phone: string; lid: string }, addressing: Addressing, device = 0): string {
  const bare = addressing === 'lid' ? `${person.lid}@lid` : phoneToJid(person.phone);
  return device === 0 ? bare : bare.replace('@', `:${device}@`);
}

/** The form in which a JID is written. */
export function addressingOf(jid: string): Addressing {
  return jid.endsWith('@lid') ? 'lid' : 'pn';
}

/** The JID of a group, if it is one: `120363…@g.us`. */
export function groupOf(jid: string | undefined): string | undefined {
  return /^[\d-]+@g\.us$/.test(jid ?? '') ? jid : undefined;
}

/** Who is at the other end of what a device confirms: the author in a group, else the other side of the chat. */
export function peerJidOf({ to, participant, recipient }: Record<string, string>): string | undefined {
  return groupOf(to) ? participant : (recipient ?? to);
}
