import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GroupMetadata } from '@whiskeysockets/baileys';
import type { GroupView } from './people/group-chats.js';
import { RunningSandbox } from './testing/running-sandbox.js';
import { TestDevice } from './testing/test-device.js';
import { eventually } from './testing/waiting.js';

describe('changes of groups', () => {
  let sandbox: RunningSandbox;
  let device: TestDevice;
  let group: GroupView;
  const owner = '+4915100000001';
  const ada = '+4915200000001';
  const bob = '+4915200000002';
  const made: GroupMetadata[] = [];
  const changed: Partial<GroupMetadata>[] = [];
  const moved: { id: string; action: string; participants: { id: string; phoneNumber?: string }[] }[] = [];

  beforeAll(async () => {
    sandbox = await RunningSandbox.start();
    device = await new TestDevice(sandbox).linkByQr(owner);
    device.socket.ev.on('groups.upsert', (groups) => made.push(...groups));
    device.socket.ev.on('groups.update', (groups) => changed.push(...groups));
    device.socket.ev.on('group-participants.update', (update) => moved.push(update as never));
  });

  afterAll(async () => {
    await device?.stop();
    await sandbox.stop();
  });

  const change = (what: object) => sandbox.ask<GroupView>('PATCH', `/groups/${group.jid}`, what);
  const jidOf = (phone: string) => `${phone.slice(1)}@s.whatsapp.net`;

  it('the devices of its members hear of a new group', async () => {
    const body = { subject: 'Garden', participants: [ada, owner] };
    group = await sandbox.ask<GroupView>('POST', '/groups', body);
    await eventually(() => expect(made).toMatchObject([{ id: group.jid, subject: 'Garden' }]));
  });

  it('they hear of a new subject', async () => {
    expect(await change({ subject: 'Garden and balcony' })).toMatchObject({ subject: 'Garden and balcony' });
    await eventually(() => expect(changed).toMatchObject([{ id: group.jid, subject: 'Garden and balcony' }]));
    expect(await device.socket.groupMetadata(group.jid)).toMatchObject({ subject: 'Garden and balcony' });
  });

  it('they hear who comes and who goes, and what the new ones write', async () => {
    expect((await change({ by: ada, add: [bob] })).participants).toEqual([ada, owner, bob]);
    await eventually(() =>
      expect(moved).toMatchObject([
        { id: group.jid, action: 'add', participants: [{ phoneNumber: jidOf(bob) }] },
      ]),
    );
    await sandbox.ask('POST', `/groups/${group.jid}/messages`, { from: bob, text: 'Hello from Bob' });
    await eventually(() => expect(device.texts()).toEqual(['Hello from Bob']));
    expect((await change({ by: ada, remove: [bob] })).participants).toEqual([ada, owner]);
    await eventually(() => expect(moved.at(-1)).toMatchObject({ action: 'remove' }));
    const late = await sandbox.call('POST', `/groups/${group.jid}/messages`, {
      from: bob,
      text: 'Am I out?',
    });
    expect(late.status).toBe(409);
  });

  it('who is removed hears that, and cannot write any more; who is added again hears of the group', async () => {
    await change({ by: ada, remove: [owner] });
    await eventually(() =>
      expect(moved.at(-1)).toMatchObject({ action: 'remove', participants: [{ phoneNumber: jidOf(owner) }] }),
    );
    await expect(device.socket.groupMetadata(group.jid)).rejects.toMatchObject({ data: 403 });
    await change({ by: ada, add: [owner] });
    await eventually(() => expect(made).toHaveLength(2));
  });

  it('only members change a group', async () => {
    expect(await sandbox.call('PATCH', `/groups/${group.jid}`, { by: bob, subject: 'Mine' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(`${bob} is not in this group`) },
    });
  });
});
