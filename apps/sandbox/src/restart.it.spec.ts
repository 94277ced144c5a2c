import { afterEach, describe, expect, it } from '@jest/globals';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningSandbox } from './testing/running-sandbox.js';
import { TestDevice } from './testing/test-device.js';
import { eventually } from './testing/waiting.js';

const STORY_MS = 90_000;

describe('a sandbox with a data directory', () => {
  const folders: string[] = [];
  const sandboxes: RunningSandbox[] = [];
  let device: TestDevice | undefined;
  const owner = '+4915100000001';
  const contact = '+4915200000001';

  const newFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'waypost-sandbox-'));
    folders.push(folder);
    return folder;
  };

  const startSandbox = async (dataDir = ''): Promise<RunningSandbox> => {
    const sandbox = await RunningSandbox.start({ dataDir });
    sandboxes.push(sandbox);
    return sandbox;
  };

  afterEach(async () => {
    await device?.stop();
    for (const sandbox of sandboxes.splice(0)) await sandbox.stop();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  /** What a process that is killed at this instant leaves behind: the files as they are, nothing flushed, nothing closed. */
  const killedCopy = (dataDir: string): string => {
    const copy = newFolder();
    cpSync(dataDir, copy, { recursive: true });
    return copy;
  };

  const write = async (sandbox: RunningSandbox, text: string): Promise<string> =>
    (await sandbox.ask<{ id: string }>('POST', `/contacts/${contact}/messages`, { to: owner, text })).id;

  it.each(['stopped', 'killed'])(
    'goes on where it was %s: links, sessions, queues and screens',
    async (how) => {
      const dataDir = newFolder();
      const first = await startSandbox(dataDir);
      device = await new TestDevice(first).linkByQr(owner);
      await device.send(contact, 'before');
      const received = await write(first, 'also before');
      await eventually(() => device!.received.some(({ key }) => key.id === received));
      await eventually(async () => expect((await first.messages(contact)).length).toBe(1));
      await device.stop();
      const waiting = await write(first, 'while the device is away');
      const lastSeq = (await first.journal()).at(-1)!.seq;
      const survivor = how === 'killed' ? killedCopy(dataDir) : dataDir;
      await first.stop();

      const second = await startSandbox(survivor);
      device.sandbox = second;
      await device.open();
      await eventually(() => device!.received.some(({ key }) => key.id === waiting));
      const sent = await device.send(contact, 'after');
      const answer = await write(second, 'also after');
      await eventually(() => device!.received.some(({ key }) => key.id === answer));
      await eventually(async () =>
        expect((await second.messages(contact)).map(({ text }) => text)).toEqual(['before', 'after']),
      );
      expect((await second.messages(contact)).at(-1)).toMatchObject({ id: sent, timesReceived: 1 });
      expect(device.unreadable()).toEqual([]);
      expect(await second.journal('message_unreadable')).toEqual([]);
      expect((await second.journal('login')).at(-1)!.seq).toBeGreaterThan(lastSeq);
      await device.stop();
      await second.stop();
    },
    STORY_MS,
  );

  it('has shown and can decrypt whatever it has acknowledged, even if it was killed right after the ack', async () => {
    const dataDir = newFolder();
    const first = await startSandbox(dataDir);
    device = await new TestDevice(first).linkByQr(owner);
    let copy: string | undefined;
    device.socket.ws.on('CB:ack,class:message', () => (copy ??= killedCopy(dataDir)));
    const id = await device.send(contact, 'acknowledged');
    await eventually(() => copy !== undefined);
    await device.stop();
    await first.stop();
    const second = await startSandbox(copy);
    expect(await second.messages(contact)).toMatchObject([{ id, timesReceived: 1 }]);
    device.sandbox = second;
    await device.open();
    const next = await device.send(contact, 'next');
    await eventually(async () =>
      expect(await second.messages(contact)).toMatchObject([{ id }, { id: next }]),
    );
    expect(await second.journal('message_unreadable')).toEqual([]);
  });

  it('keeps groups: who is in them, what was written, and the keys to go on', async () => {
    const dataDir = newFolder();
    const first = await startSandbox(dataDir);
    device = await new TestDevice(first).linkByQr(owner);
    const body = { subject: 'Garden', participants: [owner, contact] };
    const group = await first.ask<{ jid: string }>('POST', '/groups', body);
    const path = `/groups/${group.jid}/messages`;
    const sent = await device.send(group.jid, 'before');
    const answer = await first.ask<{ id: string }>('POST', path, { from: contact, text: 'also before' });
    await eventually(() => device!.texts().includes('also before'));
    await eventually(async () =>
      expect(await first.messages(contact)).toMatchObject([{ id: sent, group: group.jid }]),
    );
    await device.stop();
    const waiting = { from: contact, text: 'while the device is away' };
    await first.ask('POST', path, waiting);
    const survivor = killedCopy(dataDir);
    await first.stop();

    const second = await startSandbox(survivor);
    expect(await second.ask('GET', `/groups/${group.jid}`)).toEqual(group);
    device.sandbox = second;
    await device.open();
    await eventually(() => device!.texts().includes(waiting.text));
    await second.ask('POST', path, { from: contact, text: 'also after' });
    await eventually(() => device!.texts().includes('also after'));
    const next = await device.send(group.jid, 'after');
    await eventually(async () =>
      expect((await second.messages(contact)).map(({ id }) => id)).toEqual([sent, next]),
    );
    const shown = await second.ask<{ id: string; text: string }[]>('GET', path);
    expect(shown.map(({ text }) => text)).toEqual([
      'before',
      'also before',
      waiting.text,
      'also after',
      'after',
    ]);
    expect(shown[1]!.id).toBe(answer.id);
    expect(device.unreadable()).toEqual([]);
    expect(await second.journal('message_unreadable')).toEqual([]);
  });

  it('without one forgets everything', async () => {
    const first = await startSandbox();
    await first.ask('PUT', `/contacts/${contact}`, {});
    await first.stop();
    const second = await startSandbox();
    expect((await second.call('GET', `/contacts/${contact}`)).status).toBe(404);
  });
});
