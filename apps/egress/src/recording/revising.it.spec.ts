import { describe, expect, it } from '@jest/globals';
import { newWaKeyId } from '@waypost/kernel';
import { allRecorded, receiver, useEgress, workspace } from '../testing/scene.js';
import { ACCOUNT_JID, AT, GROUP, JANE, JANE_LID, OMAR, OMAR_LID } from '../testing/test-workspace.js';

useEgress();

/** What is recorded of the message, after all that was told. */
async function recorded(keyId: string) {
  await allRecorded();
  const { text, kind, edited_at: editedAt, deleted_at: deletedAt } = await workspace.message(keyId);
  return { text, kind, editedAt, deletedAt };
}

const at = (seconds: number) => new Date((AT + seconds) * 1_000);

describe('an edit', () => {
  it('replaces the text of its message, under either address, and is not delivered again', async () => {
    const keyId = newWaKeyId();
    await workspace.happened('message', { keyId, chatJid: JANE, senderAltJid: JANE_LID });
    await receiver.waitForRequests(1);
    const edit = { targetKeyId: keyId, text: 'second', timestamp: AT + 60 };
    await workspace.happened('edit', { ...edit, chatJid: JANE_LID });
    expect(await recorded(keyId)).toMatchObject({ text: 'second', editedAt: at(60), deletedAt: null });
    await workspace.happened('edit', { ...edit, text: 'first, late', timestamp: AT + 30 });
    expect((await recorded(keyId)).text).toBe('second');
    await workspace.happened('message', { text: 'marker' });
    await receiver.waitForRequests(2);
    expect(await workspace.messages()).toHaveLength(2);
  });

  it('changes the caption of a file, and what the owner wrote on the phone', async () => {
    const [photo, own] = [newWaKeyId(), newWaKeyId()];
    await workspace.happened('message', { keyId: photo, content: 'image', text: 'a photo' });
    await workspace.happened('message', { keyId: own, senderJid: ACCOUNT_JID, fromMe: true });
    await workspace.happened('edit', { targetKeyId: photo, text: 'the photo' });
    await workspace.happened('edit', {
      targetKeyId: own,
      senderJid: ACCOUNT_JID,
      fromMe: true,
      text: 'mine',
    });
    expect(await recorded(photo)).toMatchObject({ kind: 'image', text: 'the photo' });
    expect((await recorded(own)).text).toBe('mine');
  });

  it('does not change what waits to be delivered', async () => {
    await workspace.backsOff(60_000);
    const keyId = newWaKeyId();
    await workspace.happenedTogether([
      ['message', { keyId, text: 'first' }],
      ['edit', { targetKeyId: keyId, text: 'second' }],
    ]);
    expect((await recorded(keyId)).text).toBe('second');
    await workspace.enableAgain();
    const [request] = await receiver.waitForRequests(1);
    expect(request!.json).toMatchObject({ message: { text: 'first' } });
  });

  it('of a message that is not recorded is nothing', async () => {
    await workspace.happened('edit', { targetKeyId: newWaKeyId() });
    await workspace.happened('message', {});
    await workspace.happened('edit', { targetKeyId: newWaKeyId() });
    await allRecorded();
    expect((await workspace.messages()).map(({ text }) => text)).toEqual(['hello']);
    expect(await workspace.chats()).toHaveLength(1);
  });
});

describe('a deletion', () => {
  it('empties its message, once and for all, and what waits to be delivered keeps its text', async () => {
    await workspace.backsOff(60_000);
    const keyId = newWaKeyId();
    await workspace.happenedTogether([
      ['message', { keyId, text: 'regretted' }],
      ['delete', { targetKeyId: keyId, timestamp: AT + 5 }],
      ['edit', { targetKeyId: keyId, text: 'back again', timestamp: AT + 9 }],
    ]);
    await workspace.happened('edit', { targetKeyId: keyId, text: 'back again', timestamp: AT + 9 });
    await workspace.happened('message', { keyId, text: 'regretted' });
    expect(await recorded(keyId)).toMatchObject({ text: '', deletedAt: at(5), editedAt: null });
    await workspace.enableAgain();
    const [request] = await receiver.waitForRequests(1);
    expect(request!.json).toMatchObject({ message: { text: 'regretted' } });
  });

  it('takes its message out of a bundle that is open', async () => {
    await workspace.setEndpoint({ granularity_hours: 24 });
    const keyId = newWaKeyId();
    await workspace.happened('message', { keyId, text: 'regretted' });
    await workspace.happened('message', { text: 'kept' });
    await workspace.happened('delete', { targetKeyId: keyId });
    await allRecorded();
    await workspace.endWindows();
    const [request] = await receiver.waitForRequests(1);
    expect((request!.json as { messages: { text: string }[] }).messages.map(({ text }) => text)).toEqual([
      'kept',
    ]);
  });
});

describe('nobody', () => {
  it.each(['edit', 'delete'] as const)('changes what somebody else wrote (%s)', async (kind) => {
    const [mine, omars] = [newWaKeyId(), newWaKeyId()];
    await workspace.happened('message', { keyId: mine, senderJid: ACCOUNT_JID, fromMe: true, text: 'mine' });
    await workspace.happened('message', { keyId: omars, chatJid: GROUP, senderJid: OMAR, text: 'Omar’s' });
    await workspace.happened('message', { chatJid: GROUP, senderJid: JANE });
    await workspace.happened(kind, { targetKeyId: mine });
    await workspace.happened(kind, { targetKeyId: omars });
    await workspace.happened(kind, { targetKeyId: omars, chatJid: GROUP, senderJid: JANE });
    await workspace.happened(kind, { targetKeyId: omars, chatJid: GROUP, senderJid: '5@lid' });
    await workspace.happened(kind, {
      targetKeyId: omars,
      chatJid: GROUP,
      senderJid: ACCOUNT_JID,
      fromMe: true,
    });
    expect((await recorded(mine)).text).toBe('mine');
    expect((await recorded(omars)).text).toBe('Omar’s');
    await workspace.happened(kind, {
      targetKeyId: omars,
      chatJid: GROUP,
      senderJid: OMAR_LID,
      senderAltJid: OMAR,
    });
    expect((await recorded(omars)).text).toBe(kind === 'edit' ? 'better' : '');
  });
});
