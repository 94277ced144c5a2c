import { describe, expect, it } from '@jest/globals';
import { IncomingParts } from './incoming-parts.js';

describe('the parts of incoming messages', () => {
  const parts = new IncomingParts(() => ({ id: '4915100000001:1@s.whatsapp.net', lid: '1000001:1@lid' }));

  /** A group message that arrives with these ciphertexts. @returns under which part each is known */
  function arrive(...types: string[]): (number | undefined)[] {
    const encs = types.map((type) => ({ tag: 'enc', attrs: { v: '2', type }, content: Buffer.from(type) }));
    const attrs = {
      ...{ from: '120363000000000001@g.us', participant: '2000001@lid', addressing_mode: 'lid' },
      ...{ id: '3A00', type: 'text', t: '1795530083' },
    };
    parts.note({ tag: 'message', attrs, content: [...encs, { tag: 'meta', attrs: {} }] });
    return encs.map(({ content }) => parts.find(content)?.name.part);
  }

  it('are the same for the text of a group message, whether its key comes apart from it or with it', () => {
    const [key, text] = arrive('pkmsg', 'skmsg');
    const [textWithoutKey] = arrive('skmsg');
    const [sentAgainWithKey] = arrive('pkmsg');
    expect(new Set([text, textWithoutKey, sentAgainWithKey]).size).toBe(1);
    expect(key).not.toBe(text);
  });

  it('are of the person whose devices a provider hosts', () => {
    const content = Buffer.from('ciphertext');
    parts.note({
      tag: 'message',
      attrs: {
        from: '2000001:99@hosted.lid',
        sender_pn: '4915200000001:99@hosted',
        id: '3A01',
        t: '1795530083',
      },
      content: [{ tag: 'enc', attrs: { v: '2', type: 'msg' }, content }],
    });
    expect(parts.find(content)).toMatchObject({
      author: '2000001:99@hosted.lid',
      name: { chatJid: '2000001@lid', senderJid: '2000001@lid' },
      envelope: { chatAltJid: '4915200000001@s.whatsapp.net', senderAltJid: '4915200000001@s.whatsapp.net' },
    });
  });
});
