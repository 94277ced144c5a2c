import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publicMessageId } from '@waypost/kernel';
import { eventually } from '@waypost/testkit';
import type { Chat, LedgerEntry, Message, ShownMessage } from './api-types.js';
import { Standalone } from './standalone.js';

const run = promisify(execFile);

describe('the first message after npm start', () => {
  let standalone: Standalone;

  beforeAll(async () => {
    standalone = await Standalone.start();
  }, 120_000);

  afterAll(() => standalone?.stop(), 60_000);

  it('is sent by the curl that was printed, reaches the phone under the id that was answered, and costs a credit', async () => {
    const { console, sandbox, launcher } = standalone;
    await sandbox.put('/contacts/14155550123', { readsMessages: true });
    expect(await console.get('/credits')).toMatchObject({ balance: 1_000 });

    const [printed] = /curl -X POST '.*\/webhooks\/inbound\/.*/.exec(launcher.output)!;
    const { stdout } = await run('sh', [
      '-c',
      `${printed} --silent --show-error --write-out '\\n%{http_code}'`,
    ]);
    const [answer, status] = stdout.split('\n');
    expect(status).toBe('200');
    expect(JSON.parse(answer!)).toEqual({
      status: 'success',
      data: { message_id: expect.stringMatching(/^wa_backend:3EB0[0-9A-F]{16}$/) },
    });
    const messageId = (JSON.parse(answer!) as { data: { message_id: string } }).data.message_id;

    const shown = await eventually(async () => {
      const [message] = await sandbox.get<ShownMessage[]>('/contacts/14155550123/messages');
      if (!message) throw new Error('nothing is shown');
      return message;
    });
    expect(shown).toMatchObject({ from: '+14155550100', text: 'Hello from Waypost', timesReceived: 1 });
    expect(publicMessageId(shown.id)).toBe(messageId);

    const [chat] = (await console.get<{ items: Chat[] }>('/chats')).items;
    expect(chat).toMatchObject({ phone: '+14155550123', account: standalone.facts.account });
    const read = await eventually(async () => {
      const [message] = await console.list<Message>(`/chats/${chat!.id}/messages`);
      if (message?.state !== 'read') throw new Error(`it is ${message?.state}`);
      return message;
    });
    expect(read).toMatchObject({
      messageId,
      direction: 'sent',
      origin: 'webhook',
      text: 'Hello from Waypost',
    });

    expect(await console.get('/credits')).toMatchObject({ balance: 999 });
    const ledger = await console.list<LedgerEntry>('/credits/ledger');
    expect(ledger.map(({ delta, reason, messageId }) => ({ delta, reason, messageId }))).toEqual([
      { delta: -1, reason: 'charge', messageId },
      { delta: 1_000, reason: 'grant', messageId: null },
    ]);
  });

  it('may be sent by its owner too: the printed sign-in works', async () => {
    const { consoleUrl, owner, workspaceId } = standalone.facts;
    const response = await fetch(`${consoleUrl}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify(owner),
    });
    expect(response.status).toBe(200);
    expect(await standalone.console.get('/me')).toMatchObject({ workspace: { id: workspaceId } });
    await response.text();
  });
});
