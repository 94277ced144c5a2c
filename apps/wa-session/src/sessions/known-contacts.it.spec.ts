import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@waypost/testkit';
import { SessionsUnderTest } from '../testing/sessions-under-test.js';

jest.setTimeout(120_000);

describe('a contact with whom a session exists', () => {
  let running: SessionsUnderTest;

  beforeAll(async () => {
    running = await SessionsUnderTest.start();
  });
  afterAll(() => running.stop());

  it('is written to within that session after a crash, and no new one is begun', async () => {
    const { accountId, phone } = await running.linkedAccount();
    const { sandbox } = running;
    const contact = running.newPhone();
    const fetched = async () =>
      (await sandbox.journal()).filter((entry) => entry.kind === 'keys_fetched' && entry['phone'] === phone);

    await sandbox.write(contact, phone, 'question');
    await eventually(async () => expect(await running.texts(accountId)).toEqual(['question']));
    expect(await running.send(accountId, contact, 'first')).toMatchObject({ outcome: 'acked' });
    expect((await fetched()).length).toBeGreaterThan(0);
    await sandbox.write(contact, phone, 'answer');
    await eventually(async () => expect(await running.texts(accountId)).toEqual(['question', 'answer']));
    const before = await fetched();

    await running.crashAndRecover(accountId);
    expect(await running.send(accountId, contact, 'second')).toMatchObject({ outcome: 'acked' });
    await eventually(async () =>
      expect((await sandbox.shown(contact)).map(({ text }) => text)).toEqual(['first', 'second']),
    );
    expect(await fetched()).toEqual(before);
    // libsignal would print whole sessions, when one replaces another as it did here.
    expect(running.pod().lastWords).not.toMatch(/SessionEntry|privKey/);
  });
});
