import { describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@waypost/testkit';
import fs from 'node:fs';
import { ConsoleUnderTest, PASSWORD } from '../testing/console-under-test.js';

describe('the log', () => {
  // Alone in its file: the first application of a process decides the level of all.
  it('tells of an error of ours what the answer does not, and never a secret', async () => {
    const lines: string[] = [];
    // Where pino writes to, whether it waits for the write or not.
    const keep = (text: unknown) => {
      lines.push(String(text));
      return Buffer.byteLength(String(text));
    };
    const write = jest.spyOn(fs, 'write').mockImplementation(((...args: unknown[]) => {
      const done = args.at(-1) as (error: null, written: number) => void;
      const written = keep(args[1]);
      setImmediate(() => done(null, written));
    }) as typeof fs.write);
    const writeSync = jest
      .spyOn(fs, 'writeSync')
      .mockImplementation(((_fd: number, text: string) => keep(text)) as typeof fs.writeSync);
    const logging = await ConsoleUnderTest.start({ logLevel: 'trace' });
    try {
      const { owner, teammate, ...workspace } = await logging.workspace();
      const call = (method: string, path: string, body?: unknown) =>
        logging.call(method, `/api/v1${path}`, { token: owner.token, body });
      const cookie = await logging.signIn(owner);
      await logging.call('POST', '/api/v1/auth/login', {
        body: { email: owner.email, password: 'hunter2-wrong' },
      });
      const issued = (await call('POST', '/tokens', { name: 'x' })).body.token;
      const { url } = (await call('POST', '/inbound-webhook/rotate')).body;
      const { secret } = (await call('GET', '/outbound-webhook')).body;
      const account = await logging.account({ ...workspace, owner, teammate });
      const chat = await logging.chat({ ...workspace, owner, teammate }, account);
      await call('POST', `/chats/${chat}/messages`, { text: 'for your eyes only' });
      await call('GET', '/chats?search=confidential-search');

      await logging.postgres.pool.query('alter table message rename to gone');
      const failed = await call('POST', `/chats/${chat}/messages`, { text: 'for your eyes only' });
      expect(failed.body).toMatchObject({ status: 500, type: 'urn:waypost:problem:internal' });
      expect(failed.text).not.toMatch(/message|relation|select/i);

      const log = await eventually(() => {
        const text = lines.join('');
        return text.includes('"status":500') ? text : undefined;
      });
      expect(log).toContain('relation \\"message\\" does not exist');
      expect(log).toContain(`/api/v1/chats/${chat}/messages`);
      const secrets = [
        owner.token,
        cookie.split('=')[1]!,
        PASSWORD,
        'hunter2-wrong',
        issued,
        url.split('/').at(-1)!,
        secret,
        'for your eyes only',
        'confidential-search',
        '+972550000002',
        logging.config.encryptionKeys,
      ];
      for (const value of secrets) expect(log).not.toContain(value);
    } finally {
      await logging.stop();
      write.mockRestore();
      writeSync.mockRestore();
    }
  });
});
