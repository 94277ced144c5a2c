import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/** What a file host does with a request. */
export type FileAnswer = (socket: Socket) => void;

const DRIP_EVERY_MS = 20;

/** An honest answer. */
export function serve(content: Buffer | string, type = 'application/octet-stream'): FileAnswer {
  const body = Buffer.from(content);
  return (socket) => {
    socket.write(head({ 'Content-Type': type, 'Content-Length': body.length }));
    socket.write(body);
  };
}

export function webPage(): FileAnswer {
  return serve(
    '<!DOCTYPE html><html><body>Sign in to see this file</body></html>',
    'text/html; charset=utf-8',
  );
}

export function status(code: number): FileAnswer {
  return (socket) => socket.write(`HTTP/1.1 ${code} Because\r\nContent-Length: 0\r\n\r\n`);
}

/** The first `times` requests fail with 500, later ones do not. */
export function failing(times: number, then: FileAnswer): FileAnswer {
  let seen = 0;
  return (socket) => (++seen <= times ? status(500) : then)(socket);
}

export function redirect(location: string): FileAnswer {
  return (socket) => socket.write(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`);
}

/** Takes the request and says nothing. */
export function silence(): FileAnswer {
  return () => undefined;
}

/** Bytes, one after another, for ever. */
export function drip(): FileAnswer {
  return (socket) => {
    socket.write(head({ 'Content-Length': 1_000_000 }));
    const timer = setInterval(() => socket.write('x'), DRIP_EVERY_MS);
    socket.once('close', () => clearInterval(timer));
  };
}

/** As fast as it is read, for ever, in chunks whose number nobody said before. */
export function endless(): FileAnswer {
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  return (socket) => {
    socket.write(head({ 'Transfer-Encoding': 'chunked' }));
    const more = () => {
      while (socket.writable && socket.write(chunk));
    };
    socket.on('drain', more);
    more();
  };
}

/** Says that `length` bytes come, sends `content` and hangs up. */
export function promising(length: number, content: Buffer | string): FileAnswer {
  return (socket) => {
    socket.write(head({ 'Content-Length': length }));
    socket.end(content);
  };
}

/** Half of what it promised, then a reset. */
export function reset(): FileAnswer {
  return (socket) => {
    socket.write(head({ 'Content-Length': 1_000 }));
    socket.write('half', () => socket.resetAndDestroy());
  };
}

/** A few kilobytes that become `bytes` when they are decoded, sent compressed though nobody asked for it. */
export function gzipBomb(bytes: number): FileAnswer {
  return compressed(Buffer.alloc(bytes));
}

/** Sent with gzip though nobody asked for it. */
export function compressed(content: Buffer | string): FileAnswer {
  const body = gzipSync(content);
  return (socket) => {
    socket.write(head({ 'Content-Encoding': 'gzip', 'Content-Length': body.length }));
    socket.write(body);
  };
}

function head(headers: Record<string, string | number>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 200 OK\r\n${lines.join('')}\r\n`;
}
