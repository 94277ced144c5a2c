import { beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@waypost/testkit';
import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import { EventEmitter } from 'node:events';
import { MemoryUnits } from '../testing/memory-units.js';
import { AddressForms } from './address-forms.js';
import { IncomingParts } from './incoming-parts.js';
import { KeyStore } from './key-store.js';
import { StanzaGate } from './stanza-gate.js';

const receipt = (id: string): BinaryNode => ({
  tag: 'receipt',
  attrs: { id, from: '77@lid', t: '1764000000' },
});

const message = (id: string, content: BinaryNode[]): BinaryNode => ({
  tag: 'message',
  attrs: { id, from: '77@lid', sender_pn: '4917700000000@s.whatsapp.net', t: '1764000000', notify: 'Jane' },
  content,
});

describe('between the wire and Baileys', () => {
  let ws: EventEmitter;
  let durable: MemoryUnits;
  let reachedBaileys: string[];
  let logged: string[];
  let cuts: string[];
  let keepLink: (consent: BinaryNode) => Promise<void>;
  let receive: (data: unknown) => Promise<void>;

  beforeEach(() => {
    ws = new EventEmitter();
    durable = new MemoryUnits();
    reachedBaileys = [];
    logged = [];
    cuts = [];
    keepLink = async () => undefined;
    receive = async () => undefined;
    ws.on('message', (data: unknown) => receive(data));
    for (const name of ['CB:receipt', 'CB:message', 'CB:notification', 'CB:iq,,pair-success'])
      ws.on(name, ({ attrs }: BinaryNode) => reachedBaileys.push(attrs['id']!));
    const store = durable.newStore();
    new StanzaGate({
      store,
      parts: new IncomingParts(() => ({ id: '4915100000001:1@s.whatsapp.net', lid: '55:1@lid' })),
      forms: new AddressForms(new KeyStore(store)),
      keepLink: (consent) => keepLink(consent),
      log: (text) => logged.push(text),
      cut: (reason) => cuts.push(reason),
    }).guard(ws as unknown as WASocket['ws']);
  });

  it('a receipt waits until its event is durable', async () => {
    durable.hold(() => true);
    ws.emit('CB:receipt', receipt('A1'));
    ws.emit('CB:notification', receipt('N1'));
    await eventually(() => durable.isHolding);
    expect(reachedBaileys).toEqual(['N1']);
    durable.release();
    await eventually(() => expect(reachedBaileys).toEqual(['N1', 'A1']));
    expect(durable.events).toMatchObject([{ kind: 'receipt', event: { keyIds: ['A1'], chatJid: '77@lid' } }]);
  });

  it('a message without content waits until there is a trace of it, which the phone’s answer replaces', async () => {
    durable.hold(() => true);
    ws.emit('CB:message', message('A1', [{ tag: 'unavailable', attrs: {} }]));
    await eventually(() => durable.isHolding);
    expect(reachedBaileys).toEqual([]);
    durable.release();
    await eventually(() => expect(reachedBaileys).toEqual(['A1']));
    expect(durable.events).toMatchObject([
      { kind: 'undecryptable', name: { chatJid: '77@lid', keyId: 'A1' }, event: { pushName: 'Jane' } },
    ]);
  });

  it('a message that only the phone may show is recorded as there, without content', async () => {
    const unavailable = { tag: 'unavailable', attrs: { type: 'view_once_unavailable_fanout' } };
    ws.emit('CB:message', message('A1', [unavailable]));
    await eventually(() => expect(reachedBaileys).toEqual(['A1']));
    expect(durable.events).toMatchObject([{ kind: 'message', event: { content: 'other', text: '' } }]);
  });

  it('the phone’s consent passes as it is when it is not genuine', () => {
    keepLink = () => {
      throw new Error('Invalid account signature');
    };
    ws.emit('CB:iq,,pair-success', { tag: 'iq', attrs: { id: 'P1' } });
    expect(reachedBaileys).toEqual(['P1']);
  });

  it('an encrypted message passes at once: its event comes with its content', () => {
    ws.emit('CB:message', message('A1', [{ tag: 'enc', attrs: {}, content: Buffer.from('x') }]));
    expect(reachedBaileys).toEqual(['A1']);
  });

  it('a listener that throws is told of and harms nobody', () => {
    ws.prependListener('CB:notification', () => {
      throw new Error('not understood');
    });
    expect(() => ws.emit('CB:notification', receipt('N1'))).not.toThrow();
    expect(logged).toEqual(['CB:notification was not handled: Error: not understood']);
  });

  it('a frame that cannot be read cuts this connection, and ends nothing else', async () => {
    receive = () => Promise.reject(new Error('bad MAC'));
    ws.emit('message', Buffer.from('x'));
    await eventually(() => expect(cuts).toEqual(['unreadable frame: Error: bad MAC']));
  });
});
