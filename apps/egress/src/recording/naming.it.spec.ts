import { describe, expect, it } from '@jest/globals';
import { InboundRequests } from '../testing/inbound-requests.js';
import { allRecorded, db, receiver, useEgress, workspace } from '../testing/scene.js';
import { GROUP, JANE, JANE_LID, OMAR, OMAR_LID } from '../testing/test-workspace.js';

useEgress();

const names = async () => {
  await allRecorded();
  return (await workspace.chats()).filter(({ merged_into: into }) => into === null).map(({ name }) => name);
};

describe('a person', () => {
  it('is called by a name from the history or the address book until they give one themselves', async () => {
    await workspace.happened('message', {});
    await workspace.happened('contact', { jid: JANE, name: 'Jane from work' });
    expect(await names()).toEqual(['Jane from work']);
    await workspace.happened('message', { pushName: 'Jane' });
    await workspace.happened('contact', { jid: JANE, name: 'Jane from work' });
    expect(await names()).toEqual(['Jane']);
  });

  it('whose name is known before their chat opens has it from the start', async () => {
    await workspace.happened('contact', { jid: JANE_LID, altJid: JANE, name: 'Jane' });
    await workspace.happened('contact', { jid: OMAR, altJid: OMAR_LID });
    expect(await names()).toEqual([]);
    expect(await workspace.contacts()).toEqual([
      expect.objectContaining({ name: 'Jane', phone: '+972550000002' }),
    ]);
    const webhook = await InboundRequests.open(db.pool, workspace.id);
    await webhook.send({ jid: JANE }, 'hi');
    expect(await names()).toEqual(['Jane']);
  });

  it('met under two addresses is one as soon as WhatsApp tells that these are one, without a message', async () => {
    await workspace.happened('message', { chatJid: JANE_LID, senderJid: JANE_LID });
    await workspace.happened('message', { chatJid: JANE });
    await workspace.happened('message', { chatJid: OMAR_LID, senderJid: OMAR_LID });
    await workspace.happened('message', { chatJid: OMAR });
    await allRecorded();
    await workspace.happened('contact', { jid: JANE, altJid: JANE_LID });
    await workspace.happened('group', { jid: GROUP, participants: [{ jid: OMAR_LID, altJid: OMAR }] });
    expect(await names()).toEqual(['+972550000002', '+972550000003']);
  });
});

describe('a group', () => {
  it('is called by its subject, also when that changes or was known before', async () => {
    await workspace.happened('group', { jid: GROUP, subject: 'Team' });
    await workspace.happened('message', { chatJid: GROUP, senderJid: JANE });
    expect(await names()).toEqual(['Team']);
    await workspace.happened('group', { jid: GROUP, subject: 'Team Berlin' });
    expect(await names()).toEqual(['Team Berlin']);
    await workspace.happened('group', { jid: GROUP, participants: [] });
    expect(await names()).toEqual(['Team Berlin']);
  });

  it('is called by its subject when the webhook writes to it first, and in what is delivered', async () => {
    await workspace.happened('group', { jid: GROUP, subject: 'Team' });
    await allRecorded();
    const webhook = await InboundRequests.open(db.pool, workspace.id);
    await webhook.send({ jid: GROUP }, 'Dear all');
    expect(await names()).toEqual(['Team']);
    await workspace.happened('message', { chatJid: GROUP, senderJid: JANE });
    const [request] = await receiver.waitForRequests(1);
    expect(request!.json).toMatchObject({ chat: { full_name: 'Team', is_group: true } });
  });

  it('whose subject comes after its first message in one batch has it at once', async () => {
    await workspace.happenedTogether([
      ['message', { chatJid: GROUP, senderJid: JANE }],
      ['group', { jid: GROUP, subject: 'Team' }],
    ]);
    expect(await names()).toEqual(['Team']);
    const [request] = await receiver.waitForRequests(1);
    expect(request!.json).toMatchObject({ chat: { full_name: 'Team' } });
  });

  it('keeps the subject that it has in another account to itself', async () => {
    const second = await workspace.addAccount();
    await workspace.happened('group', { jid: GROUP, subject: 'Team' });
    await workspace.happened('message', { chatJid: GROUP, senderJid: JANE }, second);
    expect(await names()).toEqual(['120363000000000001']);
  });
});
