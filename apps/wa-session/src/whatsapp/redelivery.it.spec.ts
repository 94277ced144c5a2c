import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@waypost/testkit';
import { SessionsUnderTest } from '../testing/sessions-under-test.js';

jest.setTimeout(120_000);
const soon = { withinMs: 40_000, everyMs: 50 };

describe('a message that WhatsApp sends again under the other address of who wrote it', () => {
  let system: SessionsUnderTest;

  beforeAll(async () => {
    system = await SessionsUnderTest.start();
  });
  afterAll(() => system?.stop());

  const refused = async (phone: string) =>
    (await system.sandbox.journal()).filter(
      (entry) =>
        entry['phone'] === phone &&
        (entry.kind === 'message_refused' ||
          (entry.kind === 'receipt_from_device' && entry['type'] === 'retry')),
    );

  it.each(['pn', 'lid'])('is receipted and recorded once, first addressed by %s', async (addressing) => {
    const { accountId, phone } = await system.linkedAccount();
    const contact = system.newPhone();
    await system.sandbox.setContact(contact, { addressing });
    // A first message, so that the next ones are of an established session.
    await system.sandbox.write(contact, phone, '1');
    await system.sandbox.fault(phone, { kind: 'duplicate_next', count: 2, otherAddress: true });
    const ids = [
      (await system.sandbox.write(contact, phone, '2')).id,
      (await system.sandbox.writeAsOwner(phone, contact, '3')).id,
    ];
    await system.sandbox.write(contact, phone, '4');
    await eventually(async () => expect(await system.texts(accountId)).toEqual(['1', '2', '3', '4']), soon);
    await eventually(async () => {
      const receipted = (await system.sandbox.journal()).filter(
        (entry) => entry.kind === 'receipt_from_device' && ids.includes(entry['id'] as string),
      );
      expect(receipted.length).toBe(4);
    }, soon);
    expect(await refused(phone)).toEqual([]);
    expect(await system.events(accountId, 'undecryptable')).toEqual([]);
  });

  it('is receipted and recorded once when the pod was killed in between, in a group as well', async () => {
    const { accountId, phone } = await system.linkedAccount();
    const contact = system.newPhone();
    const group = await system.sandbox.createGroup([phone, contact]);
    await system.sandbox.write(contact, phone, 'before');
    await system.sandbox.fault(phone, { kind: 'drop_receipts' });
    await system.sandbox.write(contact, phone, 'direct');
    await system.sandbox.writeToGroup(group, contact, 'in the group');
    await eventually(async () => expect(await system.texts(accountId)).toHaveLength(3), soon);
    await system.sandbox.fault(phone, { kind: 'readdress' });
    await system.sandbox.fault(phone, { kind: 'clear' });
    await system.crashAndRecover(accountId);
    await system.sandbox.write(contact, phone, 'after');
    await eventually(async () => expect(await system.texts(accountId)).toHaveLength(4), soon);
    expect(await refused(phone)).toEqual([]);
    expect(await system.events(accountId, 'undecryptable')).toEqual([]);
  });
});
