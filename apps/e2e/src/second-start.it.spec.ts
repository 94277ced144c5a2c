import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publicMessageId } from '@waypost/kernel';
import { eventually } from '@waypost/testkit';
import type { Chat, JournalEntry, Message, ShownMessage } from './api-types.js';
import { LauncherProcess, makeDataDir } from './launcher-process.js';
import { freePortBase } from './port-base.js';
import { Standalone } from './standalone.js';

describe('a start on the data of an earlier one', () => {
  let folder: Awaited<ReturnType<typeof makeDataDir>>;

  beforeAll(async () => {
    folder = await makeDataDir();
  });

  afterAll(() => folder.remove());

  async function paired(standalone: Standalone): Promise<number> {
    const { items } = await standalone.sandbox.get<{ items: JournalEntry[] }>('/journal?limit=10000');
    return items.filter(({ kind }) => kind === 'paired').length;
  }

  it('completes a first start that was killed half way, and the next one finds everything as it was', async () => {
    const killed = new LauncherProcess({ dataDir: folder.path, portBase: await freePortBase() });
    await eventually(
      () => {
        if (!killed.output.includes('Preparing the demo workspace'))
          throw new Error(`it says: ${killed.output}`);
      },
      { withinMs: 60_000 },
    );
    killed.kill('SIGKILL');
    await killed.exited;

    const first = await Standalone.start({ dataDir: folder.path });
    const { facts } = first;
    // Its services end by themselves, its Postgres and NATS are ended by the start that follows.
    await eventually(async () => (await killed.descendants()).length === 0, {
      withinMs: 30_000,
      everyMs: 200,
    });
    expect(await paired(first)).toBe(1);
    expect(await first.console.get('/credits')).toMatchObject({ balance: 1_000 });
    const messageId = await first.send({ phone: '+14155550123', text: 'Before the restart' });
    await eventually(
      async () => (await first.sandbox.get<unknown[]>('/contacts/14155550123/messages')).length === 1,
    );
    await first.stop();

    const second = await Standalone.start({ dataDir: folder.path });
    const { apiToken, owner, workspaceId, account } = facts;
    expect(second.facts).toMatchObject({ apiToken, owner, workspaceId, account });
    expect(await paired(second)).toBe(1);
    const [chat, ...others] = await second.console.list<Chat>('/chats');
    expect(others).toEqual([]);
    expect(await second.console.list<Message>(`/chats/${chat!.id}/messages`)).toMatchObject([
      { messageId, text: 'Before the restart' },
    ]);

    const next = await second.send({ chat_id: chat!.id, text: 'After the restart' });
    const shown = await eventually(async () => {
      const messages = await second.sandbox.get<ShownMessage[]>('/contacts/14155550123/messages');
      if (messages.length < 2) throw new Error('it is not shown');
      return messages;
    });
    expect(shown.map(({ id, text }) => [publicMessageId(id), text])).toEqual([
      [messageId, 'Before the restart'],
      [next, 'After the restart'],
    ]);
    await second.stop();
  }, 300_000);
});
