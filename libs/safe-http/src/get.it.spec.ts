import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { brotliCompressSync, deflateSync, zstdCompressSync } from 'node:zlib';
import { eventually, fileAnswers as answers, FileHost, type FileAnswer } from '@waypost/testkit';
import type { GetOptions } from './get.js';
import type { Resolve } from './name-resolver.js';
import { SafeHttpClient } from './safe-http-client.js';

const MAX_BYTES = 2_097_152;

let host: FileHost;
let client: SafeHttpClient;

beforeEach(async () => {
  host = await new FileHost().start();
  client = new SafeHttpClient({ allowedNetworks: ['127.0.0.0/8'], connectMs: 300 });
});
afterEach(async () => {
  await client.close();
  await host.stop();
});

function get(url: string, options: Partial<GetOptions> = {}) {
  return client.get(url, { maxBytes: MAX_BYTES, totalMs: 5_000, maxRedirects: 5, ...options });
}

const getting = (answer: FileAnswer, options?: Partial<GetOptions>) => get(host.at('/file', answer), options);

/** Nothing is read any more: the connection is gone. */
const cut = () => eventually(() => host.connections === 0);

describe('a file', () => {
  it('comes as its bytes, asked for without compression', async () => {
    const content = Buffer.from([0, 255, 128, 10, 13]);
    expect(await getting(answers.serve(content), { headers: { 'user-agent': 'Waypost' } })).toEqual({
      kind: 'answer',
      status: 200,
      headers: { 'content-type': 'application/octet-stream', 'content-length': '5' },
      body: content,
      url: `${host.url}/file`,
      durationMs: expect.any(Number),
    });
    expect(host.requests).toEqual([
      expect.objectContaining({
        method: 'GET',
        headers: expect.objectContaining({ 'accept-encoding': 'identity', 'user-agent': 'Waypost' }),
      }),
    ]);
  });

  it('may be exactly as large as the limit', async () => {
    expect(await getting(answers.serve(Buffer.alloc(MAX_BYTES, 'x')))).toMatchObject({ status: 200 });
  });

  it('is refused by what it says of its length when that is over the limit', async () => {
    expect(await getting(answers.promising(10 ** 12, 'tiny'))).toMatchObject({
      kind: 'error',
      errorClass: 'too_large',
      detail: 'the answer is larger than 2097152 bytes',
    });
    await cut();
  });

  it('is refused at the limit when it does not end', async () => {
    expect(await getting(answers.endless())).toMatchObject({ errorClass: 'too_large' });
    await cut();
  });

  it('that is shorter than it says is none', async () => {
    expect(await getting(answers.promising(1_000, 'half'))).toMatchObject({ errorClass: 'reset' });
  });

  it('ends where it says, whatever follows', async () => {
    expect(await getting(answers.promising(4, Buffer.alloc(MAX_BYTES * 2, 'x')))).toMatchObject({
      status: 200,
      body: Buffer.from('xxxx'),
    });
    await cut();
  });

  it('that drips is given up at the deadline', async () => {
    const result = await getting(answers.drip(), { totalMs: 150 });
    expect(result).toMatchObject({ errorClass: 'timeout', detail: 'no complete answer within 150 ms' });
    expect(result.durationMs).toBeLessThan(1_000);
    await cut();
  });

  it('that is reset in the middle is none', async () => {
    expect(await getting(answers.reset())).toMatchObject({ errorClass: 'reset' });
  });

  it('is not read when the status is an error, however long it is', async () => {
    const long: FileAnswer = (socket) => {
      socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 100000000\r\n\r\nNot here');
    };
    expect(await getting(long)).toMatchObject({ kind: 'answer', status: 404, body: Buffer.alloc(0) });
    await cut();
  });
});

describe('a file that comes compressed though nobody asked for it', () => {
  const as =
    (encoding: string, body: Buffer): FileAnswer =>
    (socket) => {
      socket.write(
        `HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${body.length}\r\n\r\n`,
      );
      socket.write(body);
    };
  const text = Buffer.from('the file '.repeat(1_000));

  it('is decoded', async () => {
    for (const answer of [
      answers.compressed(text),
      as('deflate', deflateSync(text)),
      as('BR', brotliCompressSync(text)),
      as('zstd', zstdCompressSync(text)),
      as('identity', text),
    ]) {
      expect(await getting(answer)).toMatchObject({ kind: 'answer', body: text });
    }
  });

  it('is refused when it decodes to more than the limit', async () => {
    expect(await getting(answers.gzipBomb(MAX_BYTES * 50))).toMatchObject({ errorClass: 'too_large' });
    expect(await getting(answers.compressed(Buffer.alloc(MAX_BYTES + 1)))).toMatchObject({
      errorClass: 'too_large',
    });
    expect(await getting(answers.compressed(Buffer.alloc(MAX_BYTES)))).toMatchObject({ kind: 'answer' });
    await eventually(() => host.connections <= 1);
  });

  it.each([
    ['two encodings', as('gzip, gzip', Buffer.alloc(3)), 'the encoding gzip, gzip'],
    ['an unknown one', as('rot13', Buffer.alloc(3)), 'the encoding rot13'],
    ['one that it is not', as('gzip', Buffer.from('plain text')), 'not valid gzip'],
    ['half of one', as('br', brotliCompressSync(text).subarray(0, 10)), 'not valid br'],
  ])('is refused when it has %s', async (_what, answer, detail) => {
    expect(await getting(answer)).toMatchObject({
      errorClass: 'encoding',
      detail: expect.stringContaining(detail),
    });
  });

  it('is an error of the connection when that breaks', async () => {
    const broken: FileAnswer = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1000\r\n\r\n');
      socket.end(Buffer.from('1f8b0800', 'hex'));
    };
    expect(await getting(broken)).toMatchObject({ errorClass: 'reset' });
  });

  it('is given up at the deadline when it drips', async () => {
    const dripping: FileAnswer = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n');
      socket.write(Buffer.from('1f8b0800', 'hex'));
    };
    expect(await getting(dripping, { totalMs: 150 })).toMatchObject({ errorClass: 'timeout' });
    await cut();
  });
});

describe('a redirect', () => {
  const chain = (length: number) => {
    for (let hop = 1; hop <= length; hop++) host.at(`/${hop}`, answers.redirect(`/${hop + 1}?x=1`));
    for (let hop = 1; hop <= length; hop++) host.at(`/${hop}?x=1`, answers.redirect(`/${hop + 1}?x=1`));
    host.at(`/${length + 1}?x=1`, answers.serve('there'));
    return `${host.url}/1`;
  };

  it('is followed five times', async () => {
    expect(await get(chain(5))).toMatchObject({
      status: 200,
      body: Buffer.from('there'),
      url: `${host.url}/6?x=1`,
    });
  });

  it('is not followed a sixth time', async () => {
    expect(await get(chain(6))).toMatchObject({
      kind: 'error',
      errorClass: 'redirects',
      detail: 'more than 5 redirects',
    });
    expect(host.requests).toHaveLength(6);
  });

  it('in a loop ends', async () => {
    expect(await getting(answers.redirect('/file'))).toMatchObject({ errorClass: 'redirects' });
  });

  it('to nowhere is the answer', async () => {
    const nowhere: FileAnswer = (socket) => {
      socket.write('HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n');
    };
    expect(await getting(nowhere)).toMatchObject({ kind: 'answer', status: 302 });
  });

  it('does not begin the deadline again', async () => {
    const slowly: FileAnswer = (socket) => {
      const timer = setTimeout(() => answers.redirect('/file')(socket), 60);
      socket.once('close', () => clearTimeout(timer));
    };
    const result = await getting(slowly, { totalMs: 200 });
    expect(result).toMatchObject({ errorClass: 'timeout' });
    expect(host.requests.length).toBeLessThan(5);
  });

  it.each([
    ['another protocol', 'file:///etc/passwd', 'invalid_url'],
    ['credentials', 'http://user:word@127.0.0.1/', 'invalid_url'],
    ['no URL', 'http://', 'invalid_url'],
    ['a private address', 'http://10.0.0.1/', 'address_refused'],
    ['the metadata service', 'http://169.254.169.254/latest/meta-data/', 'address_refused'],
    ['loopback by IPv6', 'http://[::1]/', 'address_refused'],
    ['a decimal address', 'http://167772161/', 'address_refused'],
  ])('to %s is refused', async (_what, location, errorClass) => {
    expect(await getting(answers.redirect(location))).toMatchObject({ kind: 'error', errorClass });
    expect(host.requests).toHaveLength(1);
  });

  it('to loopback is refused where the file came from a public address', async () => {
    const inside = await new FileHost().start();
    // Stands for the public internet: the only network that this client may reach.
    const outside = new SafeHttpClient({ allowedNetworks: ['127.0.0.1/32'], connectMs: 300 });
    try {
      const url = host.at('/file', answers.redirect(`http://127.0.0.2:${inside.port}/secret`));
      expect(await outside.get(url, { maxBytes: 10, totalMs: 2_000, maxRedirects: 5 })).toMatchObject({
        errorClass: 'address_refused',
      });
      expect(inside.requests).toEqual([]);
    } finally {
      await outside.close();
      await inside.stop();
    }
  });

  it('is refused when its name leads to a good address first and to a bad one then', async () => {
    const addresses = ['127.0.0.1', '169.254.169.254'];
    const resolve: Resolve = async () => [{ address: addresses.shift()!, family: 4 }];
    const rebound = new SafeHttpClient({ allowedNetworks: ['127.0.0.0/8'], connectMs: 300, resolve });
    try {
      host.at('/file', (socket) =>
        socket.end(
          'HTTP/1.1 302 Found\r\nLocation: /again\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
        ),
      );
      const url = `http://files.example:${host.port}/file`;
      expect(await rebound.get(url, { maxBytes: 10, totalMs: 2_000, maxRedirects: 5 })).toMatchObject({
        errorClass: 'address_refused',
        detail: expect.stringContaining('files.example is not a public address'),
      });
      expect(host.requests).toHaveLength(1);
    } finally {
      await rebound.close();
    }
  });
});

it('many gets of one origin share a bounded number of connections', async () => {
  const few = new SafeHttpClient({
    allowedNetworks: ['127.0.0.0/8'],
    connectMs: 300,
    connectionsPerOrigin: 2,
  });
  try {
    let most = 0;
    const url = host.at('/file', (socket) => {
      most = Math.max(most, host.connections);
      setImmediate(() => answers.serve('x')(socket));
    });
    const results = await Promise.all(
      Array.from({ length: 10 }, () => few.get(url, { maxBytes: 10, totalMs: 2_000, maxRedirects: 5 })),
    );
    expect(results.every((result) => result.kind === 'answer')).toBe(true);
    expect(most).toBe(2);
  } finally {
    await few.close();
  }
});
