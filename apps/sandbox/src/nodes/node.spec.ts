import { describe, expect, it } from '@jest/globals';
import { addressingOf, jidOf, parseAddress } from './address.js';
import { bigEndian, bytesOf, childOf, childrenOf, decodeNode, encodeNode, node, numberOf } from './node.js';

describe('stanzas', () => {
  it('survive packing and unpacking, with addresses of devices, bytes and children', async () => {
    const stanza = node(
      'message',
      { from: '4915100000001:7@s.whatsapp.net', to: '123450000000001:3@lid', id: '3EB0AB' },
      [
        node('enc', { v: '2', type: 'msg' }, Buffer.from([0, 1, 255])),
        node('participants', {}, [node('to', { jid: '4915200000001@s.whatsapp.net' })]),
      ],
    );
    const unpacked = await decodeNode(encodeNode(stanza));
    expect(unpacked.attrs).toEqual(stanza.attrs);
    expect(bytesOf(childOf(unpacked, 'enc'))).toEqual(Buffer.from([0, 1, 255]));
    expect(childrenOf(childOf(unpacked, 'participants'), 'to').map(({ attrs }) => attrs.jid)).toEqual([
      '4915200000001@s.whatsapp.net',
    ]);
  });

  it('leave out attributes without a value', () => {
    expect(node('ack', { id: '1', error: undefined }).attrs).toEqual({ id: '1' });
  });

  it('carry numbers as bytes', () => {
    expect(numberOf(node('id', {}, bigEndian(812, 3)))).toBe(812);
    expect(numberOf(undefined)).toBe(0);
  });
});

describe('addresses', () => {
  const person = { phone: '+4915100000001', lid: '123450000000001' };

  it.each([
    ['4915100000001@s.whatsapp.net', { user: '4915100000001', server: 's.whatsapp.net', device: 0 }],
    ['4915100000001:12@s.whatsapp.net', { user: '4915100000001', server: 's.whatsapp.net', device: 12 }],
    ['123450000000001:1@lid', { user: '123450000000001', server: 'lid', device: 1 }],
    ['4915100000001@c.us', { user: '4915100000001', server: 's.whatsapp.net', device: 0 }],
    ['120363000000000000@g.us', undefined],
    ['status@broadcast', undefined],
    [undefined, undefined],
  ])('%s is read as %j', (jid, parsed) => {
    expect(parseAddress(jid)).toEqual(parsed);
  });

  it('are written by phone or by LID, with the device unless it is the phone', () => {
    expect(jidOf(person, 'pn')).toBe('4915100000001@s.whatsapp.net');
    expect(jidOf(person, 'lid', 2)).toBe('123450000000001:2@lid');
    expect([addressingOf('1@lid'), addressingOf('1@s.whatsapp.net')]).toEqual(['lid', 'pn']);
  });
});
