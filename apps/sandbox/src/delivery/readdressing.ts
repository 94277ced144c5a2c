import { addressingOf, groupOf, jidOf, parseAddress, type Addressing } from '../nodes/address.js';
import type { Node } from '../nodes/node.js';
import type { Directory } from '../people/directory.js';
import type { Person } from '../people/person.js';

/** The same message under the other address of who wrote it, as WhatsApp may send it again. Call within a unit. */
export class Readdressing {
  constructor(private readonly directory: Directory) {}

  /** @returns a copy of a message's stanza with LIDs for phone numbers or the other way round; what a phone tells its own devices stays */
  otherForm(stanza: Node): Node {
    const { category, from, participant, recipient } = stanza.attrs;
    const writer = this.directory.findByJid(participant ?? from);
    if (!writer || category === 'peer') return stanza;
    const author = participant ?? from!;
    const form: Addressing = addressingOf(author) === 'pn' ? 'lid' : 'pn';
    const other: Addressing = form === 'pn' ? 'lid' : 'pn';
    const address = jidOf(writer, form, parseAddress(author)!.device);
    const attrs = withoutForms(stanza.attrs);
    if (groupOf(from)) {
      attrs.participant = address;
      attrs[`participant_${other}`] = jidOf(writer, other);
    } else {
      attrs.from = address;
      const chat = recipient === undefined ? undefined : this.directory.findByJid(recipient);
      if (chat) this.addressCopy(attrs, chat, form, other);
      else attrs[`sender_${other}`] = jidOf(writer, other);
    }
    if (form === 'lid' || groupOf(from)) attrs.addressing_mode = form;
    return { ...stanza, attrs };
  }

  /** The owner's own message: the chat is whom it was written to. */
  private addressCopy(attrs: Node['attrs'], chat: Person, form: Addressing, other: Addressing): void {
    attrs.recipient = jidOf(chat, form);
    attrs[`peer_recipient_${other}`] = jidOf(chat, other);
  }
}

const FORMS = /^(addressing_mode|(sender|participant|peer_recipient)_(pn|lid))$/;

function withoutForms(attrs: Node['attrs']): Node['attrs'] {
  return Object.fromEntries(Object.entries(attrs).filter(([name]) => !FORMS.test(name)));
}
