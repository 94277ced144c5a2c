import { bytesOf, childrenOf, decodeNode, type Node } from '../nodes/node.js';
import { readBody, type MessageBody } from './message-body.js';
import type { SenderKeys } from './sender-keys.js';
import type { CipherType, PeerDevice, Sessions } from './sessions.js';

/** How a message's bytes are to be read; `group`: a packed node with one `<enc>` or two, the author's key before the text. */
export type Envelope = CipherType | 'plain' | 'group';

/** Decrypts what arrives at simulated phones. Call within a unit. */
export class MessageReader {
  constructor(
    private readonly sessions: Sessions,
    private readonly senderKeys: SenderKeys,
  ) {}

  /** @throws when the phone has not got the keys for it, or used them before */
  async read(
    holder: string,
    from: PeerDevice,
    message: { type: Envelope; bytes: Buffer; chatJid: string },
  ): Promise<MessageBody> {
    const { type, bytes, chatJid } = message;
    if (type === 'plain') return { text: bytes.toString('utf8') };
    if (type === 'group') return this.readGroup(holder, from, chatJid, await decodeNode(bytes));
    return readBody(await this.sessions.decrypt(holder, from, { type, bytes }));
  }

  private async readGroup(
    holder: string,
    from: PeerDevice,
    group: string,
    packed: Node,
  ): Promise<MessageBody> {
    const failures: string[] = [];
    // The last one has the text; what comes before only brings the key for it.
    let last: MessageBody | undefined;
    for (const enc of childrenOf(packed, 'enc')) {
      last = undefined;
      try {
        last = await this.readPart(holder, from, group, enc);
        if (last.senderKey?.group === group)
          await this.senderKeys.accept(holder, group, from, last.senderKey.distribution);
      } catch (error) {
        failures.push((error as Error).message);
      }
    }
    if (!last) throw new Error(failures.join('; ') || 'nothing is encrypted for this phone');
    return last;
  }

  private async readPart(holder: string, from: PeerDevice, group: string, enc: Node): Promise<MessageBody> {
    const bytes = bytesOf(enc);
    if (enc.attrs.type === 'skmsg')
      return readBody(await this.senderKeys.decrypt(holder, group, from, bytes));
    const type = enc.attrs.type === 'pkmsg' ? 'pkmsg' : 'msg';
    return readBody(await this.sessions.decrypt(holder, from, { type, bytes }));
  }
}
