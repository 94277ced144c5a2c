import { describe, expect, it } from '@jest/globals';
import { proto } from '@whiskeysockets/baileys';
import { messageContent } from './message-content.js';

const content = (message: object) => messageContent(proto.Message.fromObject(message));

describe('what a person sees of a message', () => {
  it('is the text of a plain or an extended message', () => {
    expect(content({ conversation: 'Hi 👋' })).toEqual({ kind: 'text', text: 'Hi 👋' });
    expect(content({ extendedTextMessage: { text: 'with a link' } })).toEqual({
      kind: 'text',
      text: 'with a link',
    });
  });

  it('is found inside what the phone, a timer or a view-once wraps around it', () => {
    const inner = { conversation: 'inside' };
    expect(content({ deviceSentMessage: { destinationJid: '1@s.whatsapp.net', message: inner } }).text).toBe(
      'inside',
    );
    expect(content({ ephemeralMessage: { message: { viewOnceMessage: { message: inner } } } }).text).toBe(
      'inside',
    );
  });

  it('is the caption of an attachment', () => {
    expect(content({ imageMessage: { caption: 'a photo' } })).toEqual({
      kind: 'attachment',
      text: 'a photo',
    });
    expect(content({ audioMessage: {} })).toEqual({ kind: 'attachment', text: '' });
  });

  it('is nothing for keys, reactions and protocol messages', () => {
    expect(content({ senderKeyDistributionMessage: { groupId: 'g' } }).kind).toBe('protocol');
    expect(content({ reactionMessage: { text: '👍' } }).kind).toBe('protocol');
    expect(content({ protocolMessage: { type: 0 } }).kind).toBe('protocol');
  });

  it('is recorded without text when it is of a kind that is not shown', () => {
    expect(content({ locationMessage: { degreesLatitude: 1 } })).toEqual({ kind: 'other', text: '' });
  });
});
