import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@waypost/testkit';
import { SessionsUnderTest } from '../testing/sessions-under-test.js';

jest.setTimeout(150_000);
const SOON = { withinMs: 40_000, everyMs: 50 };

describe('a pod that was paused past its lease', () => {
  let running: SessionsUnderTest;

  beforeAll(async () => {
    running = await SessionsUnderTest.start({
      pods: ['pod-a', 'pod-b'],
      settings: { LEASE_TTL_MS: '6000' },
    });
  });
  afterAll(() => running.stop());

  it('writes nothing any more and gives up its socket, and nothing is lost or doubled', async () => {
    const { accountId, phone } = await running.linkedAccount();
    const { sandbox } = running;
    const contact = running.newPhone();
    const texts = ['before'];
    const write = async (text: string) => {
      texts.push(text);
      await sandbox.write(contact, phone, text);
    };
    await sandbox.write(contact, phone, 'before');
    await eventually(async () => expect(await running.texts(accountId)).toEqual(texts), SOON);
    expect(await running.send(accountId, contact, 'answer')).toMatchObject({ outcome: 'acked' });

    const { owner, epoch } = await running.leaseOf(accountId);
    const connectedAt = await running.connectedAt(accountId);
    running.pod(owner).signal('SIGSTOP');
    // These lie in the paused pod's socket, and come to its successor as well.
    for (const text of ['1', '2', '3']) await write(text);
    await running.connectsAgain(accountId, connectedAt);
    await eventually(async () => expect(await running.texts(accountId)).toEqual(texts), SOON);
    const taken = await running.leaseOf(accountId);
    expect(taken.owner).not.toBe(owner);
    expect(taken.epoch).toBeGreaterThan(epoch);

    running.pod(owner).signal('SIGCONT');
    const held = async () => /^waypost_sessions(?:\{.*\})? (\S+)/m.exec(await running.metrics(owner))?.[1];
    await eventually(async () => expect(await held()).toBe('0'), SOON);
    for (const text of ['4', '5']) await write(text);
    await eventually(async () => expect(await running.texts(accountId)).toEqual(texts), SOON);
    expect(await running.send(accountId, contact, 'still readable')).toMatchObject({ outcome: 'acked' });
    await eventually(async () =>
      expect((await sandbox.shown(contact)).map(({ text }) => text)).toEqual(['answer', 'still readable']),
    );

    expect(await running.leaseOf(accountId)).toEqual(taken);
    expect(await running.events(accountId, 'undecryptable')).toEqual([]);
    const journal = await sandbox.journal();
    expect(journal.filter(({ kind }) => kind === 'message_unreadable')).toEqual([]);
    expect(journal.filter((entry) => entry['type'] === 'retry')).toEqual([]);
  });
});
