import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { downloadMediaMessage, type AnyMessageContent } from '@whiskeysockets/baileys';
import { createHash, randomBytes } from 'node:crypto';
import { RunningSandbox } from './testing/running-sandbox.js';
import { TestDevice } from './testing/test-device.js';
import { eventually, found } from './testing/waiting.js';

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

describe('files between a linked device and simulated people', () => {
  let sandbox: RunningSandbox;
  let device: TestDevice;
  let lastContact = 0;
  const owner = '+4915100000041';

  beforeAll(async () => {
    sandbox = await RunningSandbox.start();
    device = await new TestDevice(sandbox).linkByQr(owner);
  });

  afterAll(async () => {
    await device?.stop();
    await sandbox.stop();
  });

  const newContact = () => `+49152001${String(++lastContact).padStart(5, '0')}`;
  const firstShown = async (contact: string) => {
    await eventually(async () => (await sandbox.messages(contact)).length > 0);
    return (await sandbox.messages(contact))[0]!;
  };
  const send = async (to: string, content: AnyMessageContent) =>
    (await device.socket.sendMessage(`${to.slice(1)}@s.whatsapp.net`, content))!.key.id!;

  it.each([
    ['image', 'image/png', { caption: 'Our shop' }],
    ['video', 'video/mp4', { caption: 'The tour' }],
    ['audio', 'audio/mpeg', {}],
    ['document', 'application/pdf', { fileName: 'invoice.pdf', caption: 'As agreed' }],
  ] as const)('show a %s with what belongs to it, byte for byte', async (kind, mimetype, extra) => {
    const contact = newContact();
    const content = randomBytes(2 * 1024 * 1024);
    const id = await send(contact, {
      [kind]: content,
      mimetype,
      jpegThumbnail: '',
      seconds: 1,
      ...extra,
    } as unknown as AnyMessageContent);
    const shown = await firstShown(contact);
    expect(shown).toMatchObject({
      id,
      text: 'caption' in extra ? extra.caption : '',
      media: { kind, mimeType: mimetype, size: content.length, sha256: sha256(content) },
    });
    if ('fileName' in extra) expect(shown.media?.fileName).toBe(extra.fileName);
    expect(await sandbox.messages(owner)).toContainEqual(expect.objectContaining({ id, media: shown.media }));
  });

  it('reach the device from a contact, byte for byte', async () => {
    const contact = newContact();
    await sandbox.ask('PUT', `/contacts/${contact}`, {});
    const content = randomBytes(100_000);
    const { id } = await sandbox.ask<{ id: string }>('POST', `/contacts/${contact}/messages`, {
      to: owner,
      text: 'My order',
      media: {
        kind: 'document',
        fileName: 'order.pdf',
        mimeType: 'application/pdf',
        base64: content.toString('base64'),
      },
    });
    const message = await found(() => device.received.find(({ key }) => key.id === id));
    const document =
      message.message?.documentWithCaptionMessage?.message?.documentMessage ??
      message.message?.documentMessage;
    expect(document).toMatchObject({
      fileName: 'order.pdf',
      mimetype: 'application/pdf',
      caption: 'My order',
    });
    expect(sha256(await downloadMediaMessage(message, 'buffer', {}))).toBe(sha256(content));
  });

  it('are told as missing when the media server does not have them', async () => {
    const contact = newContact();
    await device.socket.relayMessage(
      `${contact.slice(1)}@s.whatsapp.net`,
      {
        imageMessage: {
          mimetype: 'image/png',
          mediaKey: randomBytes(32),
          fileSha256: randomBytes(32),
          fileEncSha256: randomBytes(32),
        },
      },
      {},
    );
    const shown = await firstShown(contact);
    expect(shown.media).toEqual({
      kind: 'image',
      mimeType: 'image/png',
      error: 'the file is not on the media server',
    });
  });

  it('are refused under a name that is not their hash', async () => {
    const name = createHash('sha256').update('other').digest('base64url');
    const response = await fetch(`http://127.0.0.1:${sandbox.port}/mms/image/${name}?auth=sandbox`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: 'content',
    });
    expect(response.status).toBe(422);
    const missing = await fetch(`http://127.0.0.1:${sandbox.port}/mms/image/${name}`);
    expect(missing.status).toBe(404);
  });

  it.each([
    [{ kind: 'sticker', mimeType: 'image/webp', base64: 'AA==' }],
    [{ kind: 'image', mimeType: 'png', base64: 'AA==' }],
    [{ kind: 'image', mimeType: 'image/png', base64: '%' }],
  ])('are refused as %j', async (media) => {
    const answer = await sandbox.call('POST', `/contacts/${newContact()}/messages`, { to: owner, media });
    expect(answer.status).toBe(400);
  });
});
