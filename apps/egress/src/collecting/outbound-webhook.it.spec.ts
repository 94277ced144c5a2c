import { beforeEach, describe, expect, it } from '@jest/globals';
import { newWaKeyId } from '@waypost/kernel';
import { Webhook } from 'standardwebhooks';
import { db, receiver, useEgress, workspace } from '../testing/scene.js';
import { ACCOUNT_JID, AT_TEXT, JANE, JANE_LID } from '../testing/test-workspace.js';

useEgress();

beforeEach(async () => {
  await workspace.setEndpoint({ url: `${receiver.url}/hook?key=1` });
});

async function lastPayload(count: number): Promise<unknown> {
  const requests = await receiver.waitForRequests(count);
  return requests.at(-1)!.json;
}

describe('the payload of a message', () => {
  it('that was received in a new direct chat is the documented one, its fields in the documented order', async () => {
    const keyId = newWaKeyId();
    await workspace.happened('message', { keyId, pushName: 'Jane Smith', text: 'I am fine, how are you?' });
    const payload = await lastPayload(1);
    const [chat] = await workspace.chats();
    const documented = {
      whatsapp_account: {
        full_name: 'Amina Haddad',
        email: workspace.emailOf('Amina'),
        phone: '+972500000001',
      },
      chat: {
        full_name: 'Jane Smith',
        responsible_name: '',
        responsible_email: '',
        chat_url: `https://console.example/chat/${chat.id}/messages/`,
        chat_id: chat.id,
        is_new_chat: true,
        is_group: false,
        phone: '+972550000002',
      },
      message: {
        direction: 'received',
        timestamp: AT_TEXT,
        message_id: `wa_backend:${keyId}`,
        sender: { full_name: 'Jane Smith', phone: '+972550000002' },
        recipient: { full_name: 'Amina Haddad', phone: '+972500000001' },
        text: 'I am fine, how are you?',
      },
    };
    expect(payload).toEqual(documented);
    expect(receiver.requests[0]!.body).toBe(JSON.stringify(documented));
  });

  it('that was received later says that the chat is not new, and names the teammate responsible for it', async () => {
    await workspace.happened('message', { pushName: 'Jane Smith' });
    await receiver.waitForRequests(1);
    const responsible = await workspace.addMember('Omar Said');
    await db.pool.query('update chat set responsible_member_id = $2 where workspace_id = $1', [
      workspace.id,
      responsible,
    ]);
    await workspace.happened('message', { text: 'again' });
    expect(await lastPayload(2)).toMatchObject({
      chat: {
        full_name: 'Jane Smith',
        responsible_name: 'Omar Said',
        responsible_email: workspace.emailOf('Omar'),
        is_new_chat: false,
      },
    });
  });

  it('that the owner sent from the phone has sender and recipient mirrored', async () => {
    await workspace.happened('message', { pushName: 'Jane Smith' });
    await workspace.happened('message', {
      chatJid: JANE,
      senderJid: ACCOUNT_JID,
      fromMe: true,
      pushName: 'Amina at her phone',
      text: 'from my phone',
    });
    expect(await lastPayload(2)).toMatchObject({
      chat: { full_name: 'Jane Smith', is_new_chat: false },
      message: {
        direction: 'sent',
        sender: { full_name: 'Amina Haddad', phone: '+972500000001' },
        recipient: { full_name: 'Jane Smith', phone: '+972550000002' },
        text: 'from my phone',
      },
    });
  });

  it('that the owner sent from the phone to somebody new calls them by their number', async () => {
    await workspace.happened('message', { chatJid: JANE, senderJid: ACCOUNT_JID, fromMe: true });
    expect(await lastPayload(1)).toMatchObject({
      chat: { full_name: '+972550000002', is_new_chat: true, phone: '+972550000002' },
      message: { recipient: { full_name: '+972550000002', phone: '+972550000002' } },
    });
  });

  it('that was sent through the webhook comes when WhatsApp acknowledged it, with the id that was promised', async () => {
    const keyId = newWaKeyId();
    const { chatId } = await workspace.accepted({ keyId, text: 'your order' });
    await workspace.happened('ack', { keyId });
    expect(await lastPayload(1)).toEqual({
      whatsapp_account: expect.objectContaining({ full_name: 'Amina Haddad' }),
      chat: expect.objectContaining({ chat_id: chatId, full_name: '+972550000002', is_new_chat: true }),
      message: {
        direction: 'sent',
        timestamp: AT_TEXT,
        message_id: `wa_backend:${keyId}`,
        sender: { full_name: 'Amina Haddad', phone: '+972500000001' },
        recipient: { full_name: '+972550000002', phone: '+972550000002' },
        text: 'your order',
      },
    });
  });

  it('that a teammate sent from the console carries the name of the teammate', async () => {
    const keyId = newWaKeyId();
    const memberId = await workspace.addMember('Omar Said');
    await workspace.accepted({ keyId, text: 'hi', origin: 'console', memberId });
    await workspace.happened('ack', { keyId });
    expect(await lastPayload(1)).toMatchObject({
      whatsapp_account: { full_name: 'Amina Haddad' },
      message: { sender: { full_name: 'Omar Said', phone: '+972500000001' } },
    });
  });

  it('in a group names the participant and the group, and no phones', async () => {
    const chatJid = '120363000000000001@g.us';
    await workspace.happened('message', {
      chatJid,
      senderJid: JANE_LID,
      senderAltJid: JANE,
      pushName: 'Jane Smith',
    });
    expect(await lastPayload(1)).toMatchObject({
      whatsapp_account: { phone: '+972500000001' },
      chat: { full_name: '120363000000000001', is_new_chat: true, is_group: true, phone: '' },
      message: {
        direction: 'received',
        sender: { full_name: 'Jane Smith', phone: '' },
        recipient: { full_name: '120363000000000001', phone: '' },
      },
    });
    await workspace.happened('message', { chatJid, senderJid: ACCOUNT_JID, fromMe: true });
    expect(await lastPayload(2)).toMatchObject({
      chat: { is_new_chat: false },
      message: {
        direction: 'sent',
        sender: { full_name: 'Amina Haddad', phone: '' },
        recipient: { full_name: '120363000000000001', phone: '' },
      },
    });
  });

  it('that was received in a named group is the documented one', async () => {
    const chatJid = '120363000000000002@g.us';
    const keyId = newWaKeyId();
    const omar = await workspace.addMember('Omar Said');
    await workspace.happened('group', { jid: chatJid, subject: 'Weekend market' });
    await workspace.happened('message', {
      chatJid,
      senderJid: JANE_LID,
      senderAltJid: JANE,
      pushName: 'Jane Smith',
    });
    await lastPayload(1);
    await db.pool.query('update chat set responsible_member_id = $2 where workspace_id = $1', [
      workspace.id,
      omar,
    ]);
    await workspace.happened('message', {
      ...{ keyId, chatJid, senderJid: JANE_LID, senderAltJid: JANE, pushName: 'Jane Smith' },
      text: 'Who brings the tables?',
    });
    const payload = await lastPayload(2);
    const [chat] = await workspace.chats();
    expect(payload).toEqual({
      whatsapp_account: {
        full_name: 'Amina Haddad',
        email: workspace.emailOf('Amina Haddad'),
        phone: '+972500000001',
      },
      chat: {
        full_name: 'Weekend market',
        responsible_name: 'Omar Said',
        responsible_email: workspace.emailOf('Omar Said'),
        chat_url: `https://console.example/chat/${chat.id}/messages/`,
        chat_id: chat.id,
        is_new_chat: false,
        is_group: true,
        phone: '',
      },
      message: {
        direction: 'received',
        timestamp: AT_TEXT,
        message_id: `wa_backend:${keyId}`,
        sender: { full_name: 'Jane Smith', phone: '' },
        recipient: { full_name: 'Weekend market', phone: '' },
        text: 'Who brings the tables?',
      },
    });
  });

  it('from someone known by LID alone has no phone', async () => {
    await workspace.happened('message', { chatJid: JANE_LID, senderJid: JANE_LID });
    expect(await lastPayload(1)).toMatchObject({
      chat: { full_name: '203000000000002', phone: '' },
      message: { sender: { full_name: '203000000000002', phone: '' } },
    });
  });

  it('keeps the text as it is', async () => {
    const text = 'two\nlines, "quotes", <b>tags</b>, \\ and 🙂👩‍👩‍👧 مرحبا';
    await workspace.happened('message', { text });
    expect(await lastPayload(1)).toMatchObject({ message: { text } });
  });
});

describe('the request', () => {
  it('is a JSON POST, signed by the Standard Webhooks scheme', async () => {
    await workspace.happened('message', {});
    const [request] = await receiver.waitForRequests(1);
    const [delivery] = await workspace.deliveries();
    expect(request).toMatchObject({
      method: 'POST',
      path: '/hook?key=1',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Waypost',
        'webhook-id': delivery.id,
      },
    });
    const headers = request!.headers as Record<string, string>;
    expect(new Webhook(workspace.secret).verify(request!.body, headers)).toEqual(request!.json);
    expect(() => new Webhook(workspace.secret).verify(`${request!.body} `, headers)).toThrow();
  });
});
