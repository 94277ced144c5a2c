import { describe, expect, it } from '@jest/globals';
import { remainsOf, storableEvent, storableName } from './storable-event.js';

const name = { chatJid: 'c@lid', senderJid: 'c@lid', keyId: 'A\u0000B', part: 0 };

describe('an event, before it is stored', () => {
  it('loses what Postgres cannot hold, wherever it is', () => {
    const event = {
      text: 'a\u0000b\uD800c',
      pushName: 'Ja\u0000ne',
      participants: ['1@lid\u0000', { name: '\uDC00' }],
      timestamp: 5,
      fromMe: false,
      nothing: null,
      absent: undefined,
    };
    expect(storableEvent({ kind: 'message', name, event })).toEqual({
      kind: 'message',
      name: { ...name, keyId: 'A\uFFFDB' },
      event: {
        text: 'a\uFFFDb\uFFFDc',
        pushName: 'Ja\uFFFDne',
        participants: ['1@lid\uFFFD', { name: '\uFFFD' }],
        timestamp: 5,
        fromMe: false,
        nothing: null,
        absent: undefined,
      },
    });
  });

  it('keeps its text whole, however long', () => {
    const text = 'x'.repeat(60_000);
    expect(storableEvent({ kind: 'message', event: { text } }).event).toEqual({ text });
  });

  it('has names that an index can hold, the same each time, and different ones stay different', () => {
    const long = `${'9'.repeat(5_000)}@lid`;
    expect(storableName(long)).toBe(storableName(long));
    expect(storableName(long)).not.toBe(storableName(`${long}x`));
    expect(Buffer.byteLength(storableName('\u{1F600}'.repeat(5_000)))).toBeLessThan(800);
    expect(storableName('3EB0A1B2C3D4E5F60718')).toBe('3EB0A1B2C3D4E5F60718');
  });

  it('leaves only its kind and key id when it was refused', () => {
    expect(remainsOf({ kind: 'message', name, event: { text: 'x' }, plaintext: Buffer.from('x') })).toEqual({
      kind: 'undecryptable',
      event: { refused: 'message', keyId: 'A\u0000B' },
    });
  });
});
