import { describe, expect, it } from '@jest/globals';
import { proto } from '@whiskeysockets/baileys';
import { messageContent } from './message-content.js';

/** What is read of a message after a trip over the wire. */
const content = (message: object) =>
  messageContent(proto.Message.decode(proto.Message.encode(proto.Message.fromObject(message)).finish()));

const { REVOKE, MESSAGE_EDIT, EPHEMERAL_SETTING, APP_STATE_SYNC_KEY_SHARE } =
  proto.Message.ProtocolMessage.Type;
const key = { id: '3EB0AA', fromMe: true, remoteJid: '1@s.whatsapp.net' };
const poll = { name: 'Lunch?', options: [{ optionName: 'Yes' }] };

describe('what a person sees of a message', () => {
  it.each([
    ['text', { conversation: 'Hi 👋' }, 'Hi 👋'],
    ['text', { extendedTextMessage: { text: 'with a link' } }, 'with a link'],
    ['text', { buttonsResponseMessage: { selectedDisplayText: 'Yes' } }, 'Yes'],
    ['text', { listResponseMessage: { title: 'Large' } }, 'Large'],
    ['text', { templateButtonReplyMessage: { selectedDisplayText: 'Call me' } }, 'Call me'],
    ['text', { interactiveResponseMessage: { body: { text: 'Chosen' } } }, 'Chosen'],
    ['text', { buttonsMessage: { contentText: 'Do you come?' } }, 'Do you come?'],
    ['text', { listMessage: { description: 'Choose one' } }, 'Choose one'],
    ['text', { interactiveMessage: { body: { text: 'Our offer' } } }, 'Our offer'],
    ['text', { templateMessage: { hydratedTemplate: { hydratedContentText: 'Your code' } } }, 'Your code'],
    ['image', { imageMessage: { caption: 'a photo' } }, 'a photo'],
    ['image', { imageMessage: {} }, ''],
    ['video', { videoMessage: { caption: 'a film' } }, 'a film'],
    ['video', { ptvMessage: {} }, ''],
    ['audio', { audioMessage: { ptt: true } }, ''],
    ['document', { documentMessage: { fileName: 'a.pdf' } }, ''],
    ['document', { documentWithCaptionMessage: { message: { documentMessage: { caption: 'see' } } } }, 'see'],
    ['sticker', { stickerMessage: {} }, ''],
    ['sticker', { lottieStickerMessage: { message: { stickerMessage: {} } } }, ''],
    ['contact', { contactMessage: { displayName: 'Jane', vcard: 'BEGIN:VCARD' } }, 'Jane'],
    ['contact', { contactsArrayMessage: { contacts: [{ displayName: 'A' }, { displayName: 'B' }] } }, 'A, B'],
    ['location', { locationMessage: { degreesLatitude: 1, name: 'Harbour' } }, 'Harbour'],
    ['location', { locationMessage: { degreesLatitude: 1 } }, ''],
    ['location', { liveLocationMessage: { caption: 'On my way' } }, 'On my way'],
    ['poll', { pollCreationMessage: poll }, 'Lunch?'],
    ['poll', { pollCreationMessageV3: poll }, 'Lunch?'],
    ['poll', { pollCreationMessageV4: { message: { pollCreationMessageV5: poll } } }, 'Lunch?'],
    ['event', { eventMessage: { name: 'Party' } }, 'Party'],
    ['other', { orderMessage: { orderId: '1' } }, ''],
    ['other', { groupInviteMessage: { groupJid: '1@g.us' } }, ''],
    ['other', { productMessage: {} }, ''],
  ])('is a %s: %j', (kind, message, text) => {
    expect(content(message)).toEqual({ kind: 'message', content: kind, text });
    const senderKey = { senderKeyDistributionMessage: { groupId: 'g' }, messageContextInfo: {} };
    expect(content({ ...message, ...senderKey })).toEqual({ kind: 'message', content: kind, text });
  });

  it.each([
    ['the owner’s phone', (message: object) => ({ deviceSentMessage: { destinationJid: '1@lid', message } })],
    ['a timer', (message: object) => ({ ephemeralMessage: { message } })],
    ['view-once', (message: object) => ({ viewOnceMessage: { message } })],
    ['view-once of version 2', (message: object) => ({ viewOnceMessageV2: { message } })],
    ['view-once of a voice', (message: object) => ({ viewOnceMessageV2Extension: { message } })],
    [
      'all of these',
      (message: object) => ({
        deviceSentMessage: { message: { ephemeralMessage: { message: { viewOnceMessage: { message } } } } },
      }),
    ],
  ])('is found inside what %s wraps around it', (_who, wrap) => {
    expect(content(wrap({ imageMessage: { caption: 'once' } }))).toEqual({
      kind: 'message',
      content: 'image',
      text: 'once',
    });
  });

  it('of a kind that this version does not know is that there is one', () => {
    // Field 4000, of no kind so far.
    const unknown = Buffer.from([0x82, 0xfa, 0x01, 0x02, 0x08, 0x01]);
    expect(messageContent(proto.Message.decode(unknown))).toEqual({
      kind: 'message',
      content: 'other',
      text: '',
    });
  });

  it.each([
    { senderKeyDistributionMessage: { groupId: 'g' } },
    { senderKeyDistributionMessage: { groupId: 'g' }, messageContextInfo: {} },
    { reactionMessage: { key, text: '👍' } },
    { encReactionMessage: {} },
    { pollUpdateMessage: {} },
    { pinInChatMessage: { key } },
    { keepInChatMessage: { key } },
    { albumMessage: { expectedImageCount: 2 } },
    { protocolMessage: { type: EPHEMERAL_SETTING } },
    { protocolMessage: { type: APP_STATE_SYNC_KEY_SHARE } },
    { protocolMessage: { type: REVOKE } },
    { protocolMessage: { type: MESSAGE_EDIT, key } },
  ])('is nothing for %j', (message) => {
    expect(content(message)).toEqual({ kind: 'nothing' });
  });

  it.each([
    { protocolMessage: { type: MESSAGE_EDIT, key, editedMessage: { conversation: 'better' } } },
    {
      editedMessage: {
        message: {
          protocolMessage: {
            type: MESSAGE_EDIT,
            key,
            editedMessage: { extendedTextMessage: { text: 'better' } },
          },
        },
      },
    },
    {
      protocolMessage: { type: MESSAGE_EDIT, key, editedMessage: { imageMessage: { caption: 'better' } } },
    },
  ])('is another text of an earlier one: %#', (message) => {
    expect(content(message)).toEqual({ kind: 'edit', targetKeyId: '3EB0AA', text: 'better' });
  });

  it('is that an earlier one is gone', () => {
    expect(content({ protocolMessage: { type: REVOKE, key } })).toEqual({
      kind: 'delete',
      targetKeyId: '3EB0AA',
    });
  });
});
