import { describe, expect, it } from '@jest/globals';
import { bareJid, jidKind, jidToPhone, phoneToJid } from './jid.js';
import { maskPhone, parsePhone } from './phone.js';

describe('a phone number', () => {
  it.each(['+14151231234', '14151231234', '+1 415 123 1234', '+1 (415) 123-1234', '+1.415.123.1234'])(
    'is read from %s',
    (input) => expect(parsePhone(input)).toBe('+14151231234'),
  );

  it.each(['', '+', 'abc', '1234567890123456789012', '+1415x', '++1415', '１４１５'])(
    'cannot be %j',
    (input) => expect(parsePhone(input)).toBeUndefined(),
  );

  it('is masked for logs', () => {
    expect(maskPhone('+14151231234')).toBe('+14•••••••34');
    expect(maskPhone('+1415')).toBe('•••••');
  });
});

describe('a JID', () => {
  it('loses its device, its agent, its former server name and its host', () => {
    expect(bareJid('14151231234:7@s.whatsapp.net')).toBe('14151231234@s.whatsapp.net');
    expect(bareJid('123_1:4@lid')).toBe('123@lid');
    expect(bareJid('14151231234@c.us')).toBe('14151231234@s.whatsapp.net');
    expect(bareJid('14151231234:99@hosted')).toBe('14151231234@s.whatsapp.net');
    expect(bareJid('123:99@hosted.lid')).toBe('123@lid');
  });

  it.each(['', '@lid', 'nobody', 'a@b@c'])('cannot be %j', (input) => expect(bareJid(input)).toBeUndefined());

  it('tells what it addresses', () => {
    expect(jidKind('1@s.whatsapp.net')).toBe('phone');
    expect(jidKind('1@lid')).toBe('lid');
    expect(jidKind('1@g.us')).toBe('group');
    expect(jidKind('status@broadcast')).toBe('other');
  });

  it('carries a phone number, or none', () => {
    expect(phoneToJid('+14151231234')).toBe('14151231234@s.whatsapp.net');
    expect(jidToPhone('14151231234:3@s.whatsapp.net')).toBe('+14151231234');
    expect(jidToPhone('123@lid')).toBeUndefined();
  });
});
