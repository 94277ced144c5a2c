import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Resolve } from './name-resolver.js';
import { SafeHttpClient, type PostOptions, type SafeHttpClientOptions } from './safe-http-client.js';

const LOOPBACK = ['127.0.0.0/8'];

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

function client(options: Partial<SafeHttpClientOptions> = {}): SafeHttpClient {
  const made = new SafeHttpClient({ allowedNetworks: LOOPBACK, connectMs: 300, ...options });
  opened.push(made);
  return made;
}

/** A TCP server that says what it likes; it tells when each of its sockets is gone. */
async function server(
  onRequest: (socket: Socket) => void,
): Promise<{ url: string; port: number; sockets: Socket[]; allClosed(): Promise<void> }> {
  const sockets: Socket[] = [];
  const listener: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => onRequest(socket));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  opened.push({
    close: async () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  });
  const { port } = listener.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    sockets,
    allClosed: async () => {
      await Promise.all(
        sockets.map((socket) => socket.closed || new Promise((resolve) => socket.once('close', resolve))),
      );
    },
  };
}

function post(to: SafeHttpClient, url: string, options: Partial<PostOptions> = {}) {
  return to.post(url, { headers: {}, body: '{}', totalMs: 5_000, maxAnswerBytes: 1_024, ...options });
}

const answering = (text: string) => server((socket) => socket.write(text));

describe('an answer', () => {
  it('comes with status, headers and body', async () => {
    const { url } = await answering('HTTP/1.1 200 OK\r\nX-Seen: yes\r\nContent-Length: 5\r\n\r\nhello');
    expect(await post(client(), url)).toEqual({
      kind: 'answer',
      status: 200,
      headers: { 'x-seen': 'yes', 'content-length': '5' },
      body: 'hello',
      truncated: false,
      durationMs: expect.any(Number),
    });
  });

  it('is the redirect itself, which is not followed', async () => {
    const elsewhere = await answering('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    const { url } = await answering(
      `HTTP/1.1 302 Found\r\nLocation: ${elsewhere.url}\r\nContent-Length: 0\r\n\r\n`,
    );
    expect(await post(client(), url)).toMatchObject({
      kind: 'answer',
      status: 302,
      headers: { location: elsewhere.url },
    });
    expect(elsewhere.sockets).toHaveLength(0);
  });

  it('is cut at the cap when it has no end, and the connection with it', async () => {
    const { url, allClosed } = await server((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const more = () => {
        while (socket.writable && socket.write(`400\r\n${'x'.repeat(1_024)}\r\n`));
      };
      socket.on('drain', more);
      more();
    });
    const result = await post(client(), url, { maxAnswerBytes: 16_384 });
    expect(result).toMatchObject({ kind: 'answer', status: 200, truncated: true });
    expect(result).toHaveProperty('body', 'x'.repeat(16_384));
    await allClosed();
  });

  it('that has come up to the cap and does not end is cut there, like one that goes on', async () => {
    const { url, allClosed } = await server((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n`);
    });
    expect(await post(client(), url, { maxAnswerBytes: 4, totalMs: 5_000 })).toMatchObject({
      ...{ kind: 'answer', status: 200, body: 'four', truncated: true },
    });
    await allClosed();
  });

  it('is whole at exactly the cap', async () => {
    const { url } = await answering(`HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour`);
    expect(await post(client(), url, { maxAnswerBytes: 4 })).toMatchObject({
      body: 'four',
      truncated: false,
    });
  });

  it('loses the character that the cap cuts in two', async () => {
    const { url } = await answering(`HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\né€x`);
    expect(await post(client(), url, { maxAnswerBytes: 4 })).toMatchObject({ body: 'é', truncated: true });
  });

  it('is not decompressed', async () => {
    const bomb = gzipSync('0'.repeat(100_000));
    const { url } = await server((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`);
      socket.write(bomb);
    });
    const result = await post(client(), url);
    expect(result).toMatchObject({ kind: 'answer', truncated: false });
    expect(result).not.toHaveProperty('body', expect.stringContaining('000'));
  });
});

describe('a hostile server', () => {
  it('that never answers is given up at the deadline', async () => {
    const { url, allClosed } = await server(() => undefined);
    const result = await post(client(), url, { totalMs: 150 });
    expect(result).toMatchObject({
      kind: 'error',
      errorClass: 'timeout',
      detail: 'no complete answer within 150 ms',
    });
    expect(result.durationMs).toBeLessThan(1_000);
    await allClosed();
  });

  it('that drips its body is given up at the deadline', async () => {
    const { url, allClosed } = await server((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
      const drip = setInterval(() => socket.write('x'), 20);
      socket.once('close', () => clearInterval(drip));
    });
    const result = await post(client(), url, { totalMs: 200 });
    expect(result).toMatchObject({ kind: 'error', errorClass: 'timeout' });
    expect(result.durationMs).toBeLessThan(1_000);
    await allClosed();
  });

  it('that resets in the middle of the body is an error, though its status was 200', async () => {
    const { url } = await server((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf');
      setImmediate(() => socket.resetAndDestroy());
    });
    expect(await post(client(), url)).toMatchObject({ kind: 'error', errorClass: 'reset' });
  });

  it('that hangs up in the middle of the body is an error', async () => {
    const { url } = await server((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf'),
    );
    expect(await post(client(), url)).toMatchObject({ kind: 'error', errorClass: 'reset' });
  });

  it('that sends headers without end is refused', async () => {
    const { url } = await answering(`HTTP/1.1 200 OK\r\nX-Huge: ${'x'.repeat(100_000)}\r\n\r\n`);
    expect(await post(client(), url)).toMatchObject({ kind: 'error', errorClass: 'protocol' });
  });

  it('that does not speak HTTP is refused', async () => {
    const { url } = await answering('220 mail.example ESMTP\r\n');
    expect(await post(client(), url)).toMatchObject({ kind: 'error', errorClass: 'protocol' });
  });

  it('that speaks no TLS where https is asked for is refused', async () => {
    const { port } = await answering('HTTP/1.1 400 Bad Request\r\n\r\n');
    expect(await post(client(), `https://127.0.0.1:${port}/`)).toMatchObject({
      kind: 'error',
      errorClass: 'tls',
    });
  });

  it('that never completes the TLS handshake is given up at the connect deadline', async () => {
    const { port, allClosed } = await server(() => undefined);
    const result = await post(client({ connectMs: 150 }), `https://127.0.0.1:${port}/`);
    expect(result).toMatchObject({
      kind: 'error',
      errorClass: 'timeout',
      detail: 'no connection within 150 ms',
    });
    expect(result.durationMs).toBeLessThan(1_000);
    await allClosed();
  });

  it('that closed its port is a connect error', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    gone.close();
    await once(gone, 'close');
    expect(await post(client(), `http://127.0.0.1:${port}/`)).toMatchObject({
      kind: 'error',
      errorClass: 'connect',
      detail: 'no connection (ECONNREFUSED)',
    });
  });
});

describe('an address', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://127.0.0.1./',
    'http://0/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://10.0.0.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'https://192.168.0.1/',
    'http://①②⑦.⓪.⓪.①/',
    'http://localhost/',
  ])('in the URL is refused: %s', async (url) => {
    expect(await post(client({ allowedNetworks: [] }), url)).toMatchObject({
      kind: 'error',
      errorClass: 'address_refused',
    });
  });

  it('that a name resolves to is refused when it is not public', async () => {
    const { port, sockets } = await answering('HTTP/1.1 200 OK\r\n\r\n');
    const resolve: Resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    expect(
      await post(client({ allowedNetworks: [], resolve }), `http://hook.example:${port}/`),
    ).toMatchObject({
      kind: 'error',
      errorClass: 'address_refused',
      detail: expect.stringContaining('hook.example is not a public address'),
    });
    expect(sockets).toHaveLength(0);
  });

  it('that a name resolves to is connected when it is allowed, and the other ones of that name are not', async () => {
    const { port } = await answering('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    const resolve: Resolve = async () => [
      { address: '10.255.255.1', family: 4 },
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ];
    expect(await post(client({ resolve }), `http://hook.example:${port}/`)).toMatchObject({
      kind: 'answer',
      status: 200,
    });
  });

  it('is checked again with each connection, so a name that changes does not get through', async () => {
    const { port, sockets } = await answering(
      'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
    );
    const answers = ['127.0.0.1', '169.254.169.254'];
    const resolve: Resolve = async () => [{ address: answers.shift()!, family: 4 }];
    const one = client({ resolve });
    expect(await post(one, `http://hook.example:${port}/`)).toMatchObject({ kind: 'answer' });
    expect(await post(one, `http://hook.example:${port}/`)).toMatchObject({ errorClass: 'address_refused' });
    expect(sockets).toHaveLength(1);
  });
});

describe('a name', () => {
  it('that is not found is a dns error', async () => {
    const resolve: Resolve = async () => {
      throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    };
    expect(await post(client({ resolve }), 'http://hook.example/')).toMatchObject({
      kind: 'error',
      errorClass: 'dns',
      detail: 'the name hook.example was not found (ENOTFOUND)',
    });
  });

  it('whose look-up hangs is given up at the connect deadline', async () => {
    const resolve: Resolve = () => new Promise(() => undefined);
    const result = await post(client({ resolve, connectMs: 100 }), 'http://hook.example/');
    expect(result).toMatchObject({ kind: 'error', errorClass: 'timeout' });
    expect(result.durationMs).toBeLessThan(1_000);
  });
});

describe('a URL', () => {
  it.each([
    ['', 'this is not a URL'],
    ['hook.example/path', 'this is not a URL'],
    ['ftp://hook.example/', 'only http and https'],
    ['file:///etc/passwd', 'only http and https'],
    ['http://user@hook.example/', 'user name or password'],
    ['http://user:word@hook.example/', 'user name or password'],
  ])('is refused before anything leaves: %s', async (url, detail) => {
    expect(await post(client(), url)).toMatchObject({
      kind: 'error',
      errorClass: 'invalid_url',
      detail: expect.stringContaining(detail),
    });
  });
});

describe('connections', () => {
  it('to one origin are bounded; further requests wait', async () => {
    let busy = 0;
    let most = 0;
    const { url } = await server((socket) => {
      most = Math.max(most, ++busy);
      setTimeout(() => {
        busy--;
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      }, 20);
    });
    const one = client({ connectionsPerOrigin: 2 });
    const results = await Promise.all(Array.from({ length: 10 }, () => post(one, url)));
    expect(results.every((result) => result.kind === 'answer')).toBe(true);
    expect(most).toBe(2);
  });

  it('are all ended by close, and the request in flight with them', async () => {
    const { url, sockets, allClosed } = await server(() => undefined);
    const one = new SafeHttpClient({ allowedNetworks: LOOPBACK, connectMs: 300 });
    const pending = post(one, url);
    while (sockets.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await one.close();
    expect(await pending).toMatchObject({ kind: 'error', errorClass: 'reset' });
    await allClosed();
  });
});
