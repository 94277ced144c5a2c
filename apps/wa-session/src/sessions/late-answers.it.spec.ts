import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newWaKeyId } from '@waypost/kernel';
import { eventually } from '@waypost/testkit';
import { randomUUID } from 'node:crypto';
import { SessionsUnderTest } from '../testing/sessions-under-test.js';

jest.setTimeout(120_000);
const soon = { withinMs: 40_000, everyMs: 50 };

describe('what comes after a message was sent', () => {
  let system: SessionsUnderTest;

  beforeAll(async () => {
    system = await SessionsUnderTest.start();
  });
  afterAll(() => system?.stop());

  /** Sends a text as the dispatcher does, which has its row before. @returns its key id */
  async function sent(accountId: string, to: string, text: string): Promise<string> {
    const keyId = newWaKeyId();
    await system.database.pool.query(
      `insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, text, state, message_at)
       select $1, workspace_id, id, 1, $3, 'sent', 'webhook', $4, 'sending', now() from account where id = $2`,
      [randomUUID(), accountId, keyId, text],
    );
    expect(await system.send(accountId, to, text, keyId)).toMatchObject({ outcome: 'acked' });
    return keyId;
  }

  const timesShown = async (contact: string, id: string) =>
    (await system.sandbox.shown(contact)).find((message) => message.id === id)?.timesReceived;

  it('phones that cannot read it, in a group as well, get it again after the pod was killed', async () => {
    const { accountId, phone } = await system.linkedAccount();
    const [withKeys, withoutKeys, member] = [system.newPhone(), system.newPhone(), system.newPhone()];
    const group = await system.sandbox.createGroup([phone, member, system.newPhone()]);
    const asking = [
      { contact: withKeys, to: withKeys },
      { contact: withoutKeys, to: withoutKeys },
      { contact: member, to: group },
    ];
    const keyIds: string[] = [];
    for (const { contact, to } of asking) {
      const keyId = await sent(accountId, to, 'Can you read this?');
      await eventually(async () => expect(await timesShown(contact, keyId)).toBe(1), soon);
      keyIds.push(keyId);
    }
    await system.crashAndRecover(accountId);
    for (const [place, { contact }] of asking.entries()) {
      await system.sandbox.askAgain(contact, phone, keyIds[place]!, contact !== withoutKeys);
      await eventually(async () => expect(await timesShown(contact, keyIds[place]!)).toBe(2), soon);
      const texts = (await system.sandbox.shown(contact)).map(({ text }) => text);
      expect(texts).toEqual(['Can you read this?']);
    }
  });

  it('a refusal that follows the acknowledgement is recorded with its code', async () => {
    const { accountId, phone } = await system.linkedAccount();
    await system.sandbox.fault(phone, { kind: 'reject_late', code: 479, ms: 300 });
    const keyId = await sent(accountId, system.newPhone(), 'Hello');
    await eventually(
      async () =>
        expect(await system.events(accountId, 'ack')).toEqual([
          { keyId, timestamp: expect.any(Number) },
          { keyId, timestamp: expect.any(Number), errorCode: '479' },
        ]),
      soon,
    );
  });

  it('a refusal of the copy for a device that could not read it says nothing about the message', async () => {
    const { accountId, phone } = await system.linkedAccount();
    const contact = system.newPhone();
    const keyId = await sent(accountId, contact, 'Can you read this?');
    await eventually(async () => expect(await timesShown(contact, keyId)).toBe(1), soon);
    await system.sandbox.fault(phone, { kind: 'reject_next', code: 479 });
    await system.sandbox.askAgain(contact, phone, keyId, true);
    const acks = async () =>
      (await system.sandbox.journal()).filter(({ kind, id }) => kind === 'ack_sent' && id === keyId);
    await eventually(async () => expect(await acks()).toHaveLength(2), soon);
    const next = await sent(accountId, contact, 'And this?');
    // Acknowledgements are stored in the order in which they come.
    const stored = await system.events(accountId, 'ack');
    expect(stored.map((ack) => [ack['keyId'], ack['errorCode']])).toEqual([
      [keyId, undefined],
      [next, undefined],
    ]);
  });
});
