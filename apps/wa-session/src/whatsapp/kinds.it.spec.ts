import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { phoneToJid } from '@waypost/kernel';
import { eventually } from '@waypost/testkit';
import { SessionsUnderTest } from '../testing/sessions-under-test.js';

jest.setTimeout(120_000);
const soon = { withinMs: 40_000, everyMs: 50 };

describe('a session', () => {
  let system: SessionsUnderTest;

  beforeAll(async () => {
    system = await SessionsUnderTest.start();
  });
  afterAll(() => system?.stop());

  it('records whatever people write as what it is, and goes on', async () => {
    const { accountId, phone } = await system.linkedAccount();
    const contact = system.newPhone();
    const write = async (kind: string, text?: string, target?: string) =>
      (await system.sandbox.write(contact, phone, text, { kind, target })).id;
    const first = await write('text', 'first');
    const kinds = [
      ...['extended_text', 'image', 'video', 'audio', 'document', 'sticker', 'view_once', 'ephemeral'],
      ...['contact', 'location', 'poll', 'event', 'order', 'unknown'],
    ];
    for (const kind of kinds) await write(kind, `a ${kind}`);
    await write('edit', 'second', first);
    await write('reaction', '👍', first);
    const last = await write('text', 'regretted');
    await write('delete', undefined, last);
    const own = await system.sandbox.writeAsOwner(phone, contact, 'mine');
    await system.sandbox.writeAsOwner(phone, contact, 'ours', { kind: 'edit', target: own.id });
    await write('text', 'the end');

    await eventually(async () => expect(await system.texts(accountId)).toContain('the end'), soon);
    const messages = await system.events(accountId, 'message');
    expect(messages.map(({ content, text }) => [content, text])).toEqual([
      ['text', 'first'],
      ['text', 'a extended_text'],
      ['image', 'a image'],
      ['video', 'a video'],
      ['audio', ''],
      ['document', 'a document'],
      ['sticker', ''],
      ['image', 'a view_once'],
      ['text', 'a ephemeral'],
      ['contact', 'a contact'],
      ['location', 'a location'],
      ['poll', 'a poll'],
      ['event', 'a event'],
      ['other', ''],
      ['other', ''],
      ['text', 'regretted'],
      ['text', 'mine'],
      ['text', 'the end'],
    ]);
    expect(await system.events(accountId, 'edit')).toMatchObject([
      { targetKeyId: first, text: 'second', fromMe: false },
      { targetKeyId: own.id, text: 'ours', fromMe: true },
    ]);
    expect(await system.events(accountId, 'delete')).toMatchObject([{ targetKeyId: last, fromMe: false }]);
    expect(await system.events(accountId, 'undecryptable')).toEqual([]);
    expect(await system.send(accountId, contact, 'still here')).toMatchObject({ outcome: 'acked' });
  });

  it('tells what groups are called and who is in them: when it first hears of them, and when they change', async () => {
    const { accountId, phone } = await system.linkedAccount();
    const [member, other] = [system.newPhone(), system.newPhone()];
    const group = await system.sandbox.createGroup([phone, member]);
    await system.sandbox.writeToGroup(group, member, 'Hello');
    const groups = () => system.events(accountId, 'group');
    const called = async (subject: string) =>
      eventually(
        async () => expect(await groups()).toContainEqual(expect.objectContaining({ jid: group, subject })),
        soon,
      );
    await called('Team');
    expect((await groups())[0]!['participants']).toContainEqual({
      jid: expect.stringMatching(/@lid$/),
      altJid: phoneToJid(member),
    });
    await system.sandbox.changeGroup(group, { by: member, subject: 'Team Berlin' });
    await called('Team Berlin');
    await system.sandbox.changeGroup(group, { by: member, add: [other] });
    await system.sandbox.writeToGroup(group, other, 'Hello too');
    await eventually(async () => expect(await system.texts(accountId)).toEqual(['Hello', 'Hello too']), soon);
  });
});
