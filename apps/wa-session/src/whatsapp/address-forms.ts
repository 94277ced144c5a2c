import { jidKind } from '@waypost/kernel';
import type { PartName } from '../unit-of-work/unit.js';
import type { IncomingPart } from './incoming-parts.js';
import type { KeyStore } from './key-store.js';

/** A part with all that is known of the addresses in it. */
export interface IdentifiedPart extends IncomingPart {
  /** Names under which this part may be stored: it came under other addresses, or when less was known of them. */
  formerNames: PartName[];
}

/**
 * A person's address has two forms, LID and phone number, and WhatsApp may use either when it sends a message again. So a part is named by
 * LIDs, wherever the stanza or the account's stored mapping tells them.
 */
export class AddressForms {
  constructor(private readonly keys: Pick<KeyStore, 'get'>) {}

  async identify({ name, author, envelope }: IncomingPart): Promise<IdentifiedPart> {
    const chat = await this.formsOf(envelope.chatJid, envelope.chatAltJid);
    const sender = await this.formsOf(envelope.senderJid, envelope.senderAltJid);
    const [current, ...formerNames] = chat
      .toSorted(lidFirst)
      .flatMap((chatJid) => sender.toSorted(lidFirst).map((senderJid) => ({ ...name, chatJid, senderJid })));
    return {
      author,
      name: current!,
      formerNames,
      envelope: { ...envelope, chatAltJid: chat[1], senderAltJid: sender[1] },
    };
  }

  /** The address as given, then its other form when that is known. */
  private async formsOf(jid: string, told: string | undefined): Promise<string[]> {
    const other = told ?? (await this.otherForm(jid));
    return other === undefined || other === jid ? [jid] : [jid, other];
  }

  /** As Baileys keeps it. */
  private async otherForm(jid: string): Promise<string | undefined> {
    const kind = jidKind(jid);
    if (kind !== 'phone' && kind !== 'lid') return undefined;
    const user = jid.slice(0, jid.indexOf('@'));
    const key = kind === 'phone' ? user : `${user}_reverse`;
    const { [key]: other } = await this.keys.get('lid-mapping', [key]);
    return other && `${other}@${kind === 'phone' ? 'lid' : 's.whatsapp.net'}`;
  }
}

function lidFirst(a: string, b: string): number {
  return Number(jidKind(b) === 'lid') - Number(jidKind(a) === 'lid');
}
