import { describe, expect, it } from '@jest/globals';
import { proto } from '@whiskeysockets/baileys';
import { resentByPhone } from './phone-resend.js';

const ME = '4915100000001:3@s.whatsapp.net';

const answer = (...messages: proto.IWebMessageInfo[]) =>
  proto.Message.create({
    protocolMessage: {
      type: proto.Message.ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE,
      peerDataOperationRequestResponseMessage: {
        peerDataOperationResult: messages.map((message) => ({
          placeholderMessageResendResponse: {
            webMessageInfoBytes: proto.WebMessageInfo.encode(
              proto.WebMessageInfo.fromObject(message),
            ).finish(),
          },
        })),
      },
    },
  });

describe('a message that the owner’s phone sends because it reached this device without content', () => {
  it('is named by its chat, id and author, apart from the parts of its stanza', () => {
    const [direct, group] = resentByPhone(
      answer(
        {
          key: { remoteJid: '77@lid', id: 'A1', fromMe: false },
          message: { conversation: 'Is this still available?' },
          messageTimestamp: 1_764_000_000,
          pushName: 'Jane',
        },
        {
          key: { remoteJid: '120@g.us', id: 'A2', fromMe: false, participant: '88:2@lid' },
          message: { conversation: 'Hi all' },
          messageTimestamp: 1_764_000_001,
        },
      ),
      ME,
    );
    expect(direct?.part).toMatchObject({
      name: { chatJid: '77@lid', senderJid: '77@lid', keyId: 'A1', part: 1_000 },
      envelope: { pushName: 'Jane', timestamp: 1_764_000_000, fromMe: false },
    });
    expect(proto.Message.decode(direct!.plaintext).conversation).toBe('Is this still available?');
    expect(group?.part.name).toMatchObject({ chatJid: '120@g.us', senderJid: '88@lid', keyId: 'A2' });
  });

  it('is the account’s own when the owner wrote it', () => {
    const [own] = resentByPhone(
      answer({ key: { remoteJid: '77@lid', id: 'A1', fromMe: true }, message: { conversation: 'Yes' } }),
      ME,
    );
    expect(own?.part).toMatchObject({
      name: { chatJid: '77@lid', senderJid: '4915100000001@s.whatsapp.net' },
      envelope: { fromMe: true },
    });
  });

  it('is nothing in messages that are no such answer, or an answer without it', () => {
    expect(resentByPhone(proto.Message.create({ conversation: 'x' }), ME)).toEqual([]);
    expect(resentByPhone(answer({ key: { remoteJid: '77@lid', id: 'A1' } }), ME)).toEqual([]);
  });
});
