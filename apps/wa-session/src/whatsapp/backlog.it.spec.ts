import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@waypost/testkit';
import { SessionsUnderTest } from '../testing/sessions-under-test.js';

jest.setTimeout(150_000);

const WAITING = 200;

describe('what waited at WhatsApp while a session was away', () => {
  let system: SessionsUnderTest;

  beforeAll(async () => {
    system = await SessionsUnderTest.start();
  });

  afterAll(() => system?.stop());

  it('is recorded before what comes live meanwhile, so that a group message finds its key and chats stay in order', async () => {
    const { sandbox } = system;
    const { accountId, phone } = await system.linkedAccount();
    const contact = system.newPhone();
    await sandbox.setContact(contact, {});
    const group = await sandbox.createGroup([contact, phone]);
    await system.pod().kill('SIGKILL');
    for (let written = 0; written < WAITING; written += 20) {
      const some = Array.from({ length: 20 }, (_, each) =>
        sandbox.write(contact, phone, `#${written + each}`),
      );
      await Promise.all(some);
    }
    await sandbox.writeToGroup(group, contact, 'with the key');

    const backlogSent = eventually(
      async () => (await sandbox.account(phone)).devices[0]!.state === 'active',
      { withinMs: 60_000, everyMs: 5 },
    );
    const started = system.pod().start();
    await backlogSent;
    await sandbox.writeToGroup(group, contact, 'without the key');
    await sandbox.write(contact, phone, 'last');
    await started;

    await eventually(async () => expect(await system.texts(accountId)).toHaveLength(WAITING + 3), {
      withinMs: 60_000,
      everyMs: 100,
    });
    const journal = (await sandbox.journal()).filter((entry) => entry['phone'] === phone);
    const sent = journal.filter(({ kind }) => kind === 'message_queued').map(({ id }) => id);
    const recorded = (await system.events(accountId, 'message')).map(({ keyId }) => keyId);
    expect(recorded).toEqual(sent.filter((id) => recorded.includes(id)));
    expect(journal.filter(({ kind, type }) => kind === 'receipt_from_device' && type === 'retry')).toEqual(
      [],
    );
  });
});
