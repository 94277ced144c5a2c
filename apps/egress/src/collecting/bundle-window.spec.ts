import { describe, expect, it } from '@jest/globals';
import { hasRoomFor, MAX_BYTES, textBytes } from './bundle-window.js';
import { bundlePayload, type RecordedMessage } from './outbound-payload.js';

const LONGEST = 65_000;

function message(text: string): RecordedMessage {
  return {
    id: '00000000-0000-7000-8000-000000000001',
    account: { ownerName: 'Amina Haddad', ownerEmail: 'amina@shop.example', phone: '+972500000001' },
    chat: {
      ...{ id: '10010001', name: 'Jane Smith', isGroup: false, phone: '+972550000002' },
      ...{ responsibleName: '', responsibleEmail: '' },
    },
    direction: 'received',
    keyId: '3EB0A1B2C3D4E5F60718',
    at: new Date(0),
    text,
    opensChat: false,
    authorName: 'Jane Smith',
  };
}

describe('a text in a bundle', () => {
  it('counts as in UTF-8 while it is plain', () => {
    expect(['hello', 'שלום', '€', '😀'].map(textBytes)).toEqual([5, 8, 3, 4]);
  });

  it.each([
    ['plain', 'x'],
    ['of line breaks', '\n'],
    ['of control characters', '\u0001'],
    ['of quotes', '"'],
    ['of HTML', '<'],
    ['of several bytes each', '€'],
  ])(
    'counts so much that the body of a bundle full of texts %s has little more than 2 MiB',
    (_kind, character) => {
      const text = character.repeat(LONGEST);
      const size = { messages: 0, bytes: 0 };
      const texts: string[] = [];
      while (hasRoomFor(size, textBytes(text))) {
        texts.push(text);
        size.messages++;
        size.bytes += textBytes(text);
      }
      const payload = bundlePayload(texts.map(message), {
        ...{ consolePublicUrl: 'https://console.example', productName: 'Waypost' },
      });
      expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThan(2 * MAX_BYTES + 64 * 1024);
      expect(texts.length).toBeGreaterThan(0);
    },
  );
});
