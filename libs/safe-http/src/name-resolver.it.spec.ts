import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NameResolver } from './name-resolver.js';

const TYPE_A = 1;
const NO_SUCH_NAME = 3;

/** The first label of the name that a query asks for, and the type of address. */
function readQuestion(query: Buffer): { label: string; type: number; end: number } {
  let at = 12;
  const label = query.toString('latin1', at + 1, at + 1 + query[at]!);
  while (query[at] !== 0) at += 1 + query[at]!;
  return { label, type: query.readUInt16BE(at + 1), end: at + 5 };
}

function answerTo(query: Buffer): Buffer | undefined {
  const { label, type, end } = readQuestion(query);
  if (label === 'dead') return undefined;
  // Some servers say nothing about a kind of address that they do not have.
  if (label === 'four' && type !== TYPE_A) return undefined;
  const known = label !== 'unknown' && type === TYPE_A;
  const head = Buffer.from(query.subarray(0, end));
  head.writeUInt16BE(0x8180 | (label === 'unknown' ? NO_SUCH_NAME : 0), 2);
  head.writeUInt16BE(known ? 1 : 0, 6);
  head.writeUInt16BE(0, 8);
  head.writeUInt16BE(0, 10);
  const record = Buffer.from([0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7]);
  return known ? Buffer.concat([head, record]) : head;
}

describe('the look-up of names', () => {
  let server: Socket;
  let resolver: NameResolver;

  beforeAll(async () => {
    server = createSocket('udp4', (query, from) => {
      const answer = answerTo(query);
      if (answer) server.send(answer, from.port, from.address);
    });
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
    resolver = new NameResolver([`127.0.0.1:${server.address().port}`]);
  });
  afterAll(() => void server.close());

  it('finds the addresses of a name', async () => {
    expect(await resolver.resolve('good.example')).toEqual([{ address: '192.0.2.7', family: 4 }]);
  });

  it('is not held up by any number of names whose servers never answer', async () => {
    const dead = Array.from({ length: 64 }, (_, n) => resolver.resolve(`dead.host${n}.example`));
    const answered: string[] = [];
    const first = dead.map((one) => one.catch(() => answered.push('dead')));
    await resolver.resolve('good.example').then(() => answered.push('good'));
    expect(answered).toEqual(['good']);
    await Promise.all(first);
    await expect(dead[0]).rejects.toMatchObject({ code: 'ETIMEOUT' });
  }, 30_000);

  it('does not wait for a kind of address about which the server says nothing', async () => {
    const found = await Promise.race([
      resolver.resolve('four.example'),
      resolver.resolve('dead.example').catch(() => 'the dead one was first'),
    ]);
    expect(found).toEqual([{ address: '192.0.2.7', family: 4 }]);
  });

  it('asks the system for a name that DNS does not know, and says when that does not know it either', async () => {
    await expect(resolver.resolve('unknown.invalid')).rejects.toMatchObject({
      code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/),
    });
  });

  it('knows this machine without asking', async () => {
    expect(await resolver.resolve('LOCALHOST.')).toEqual([
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]);
  });
});
