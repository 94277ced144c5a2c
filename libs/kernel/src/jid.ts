/** A WhatsApp address without its device part, e.g. `14151231234@s.whatsapp.net`, `123@lid`, `1203630@g.us`. */
export type JidKind = 'phone' | 'lid' | 'group' | 'other';

const SERVERS: Record<string, JidKind> = { 's.whatsapp.net': 'phone', lid: 'lid', 'g.us': 'group' };

interface JidParts {
  user: string;
  server: string;
}

function split(jid: string): JidParts | undefined {
  const at = jid.indexOf('@');
  if (at < 1 || at !== jid.lastIndexOf('@')) return undefined;
  return { user: jid.slice(0, at), server: jid.slice(at + 1) };
}

/** Servers that name the same user as another one: a former name, and devices that a business lets a provider run. */
const SAME_AS: Record<string, string> = {
  'c.us': 's.whatsapp.net',
  hosted: 's.whatsapp.net',
  'hosted.lid': 'lid',
};

/** Whom an address belongs to, without device, agent and host (`123_1:4@lid` → `123@lid`); undefined when the text is no JID. */
export function bareJid(jid: string): string | undefined {
  const parts = split(jid);
  if (!parts) return undefined;
  const user = parts.user.split(':')[0]!.split('_')[0]!;
  return user === '' ? undefined : `${user}@${SAME_AS[parts.server] ?? parts.server}`;
}

/** What kind of address a JID is; `other` covers broadcasts, newsletters and anything unknown. */
export function jidKind(jid: string): JidKind {
  return SERVERS[split(jid)?.server ?? ''] ?? 'other';
}

/** `+14151231234` → `14151231234@s.whatsapp.net`. */
export function phoneToJid(phone: string): string {
  return `${phone.replace(/^\+/, '')}@s.whatsapp.net`;
}

/** `14151231234:7@s.whatsapp.net` → `+14151231234`; undefined for anything that carries no phone number. */
export function jidToPhone(jid: string): string | undefined {
  const bare = bareJid(jid);
  if (!bare || jidKind(bare) !== 'phone') return undefined;
  const user = bare.slice(0, bare.indexOf('@'));
  return /^\d+$/.test(user) ? `+${user}` : undefined;
}
