import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/** What a hostile receiver does when a request has come. */
export type HostileAnswer = (socket: Socket) => void;

const DRIP_EVERY_MS = 10;
const GIBIBYTE = 1024 ** 3;
const CHUNK = Buffer.alloc(64 * 1024, 'x');

/** The request is taken, and nothing is ever said. */
export function silence(): HostileAnswer {
  return () => undefined;
}

/** The head of an answer, letter by letter, without end. */
export function drippingHead(): HostileAnswer {
  return (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
    drip(socket, 'x');
  };
}

/** A good head, then a body letter by letter, which never gets as long as was promised. */
export function drippingBody(): HostileAnswer {
  return (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
    drip(socket, 'x');
  };
}

/** Says that it is still at it, for ever. */
export function endlessProcessing(): HostileAnswer {
  return (socket) => drip(socket, 'HTTP/1.1 102 Processing\r\n\r\n');
}

/** A body of 1 GiB, as fast as it is read. */
export function hugeBody(status = 200): HostileAnswer {
  return (socket) => {
    socket.write(`HTTP/1.1 ${status} Because\r\nContent-Length: ${GIBIBYTE}\r\n\r\n`);
    pour(socket, CHUNK, GIBIBYTE);
  };
}

/** Some twenty kilobytes that become 20 MB for who decodes them. */
export function gzipBomb(): HostileAnswer {
  const body = gzipSync(Buffer.alloc(20 * 1024 * 1024));
  return (socket) => {
    socket.write(
      `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    socket.write(body);
  };
}

/** Headers without end, as fast as they are read. */
export function headerFlood(): HostileAnswer {
  const headers = Buffer.from(
    Array.from({ length: 500 }, (_, number) => `X-${number}: ${'y'.repeat(100)}\r\n`).join(''),
  );
  return (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    pour(socket, headers, GIBIBYTE);
  };
}

/** Half of what was promised, then a reset. */
export function resetInBody(): HostileAnswer {
  return (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
    socket.write('half', () => socket.resetAndDestroy());
  };
}

/** Half of what was promised, then the end. */
export function endInBody(): HostileAnswer {
  return (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
    socket.end('half');
  };
}

/** Something that is no HTTP. */
export function garbage(): HostileAnswer {
  return (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n\r\n');
}

/** Two lengths that contradict each other. */
export function twoLengths(): HostileAnswer {
  return (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 4\r\n\r\nokok');
}

/** An answer, and one more that nobody asked for, for the next request on this connection to take for its own. */
export function answerAhead(): HostileAnswer {
  return (socket) => socket.write(`${answerOf(200, {})}${answerOf(200, {})}`);
}

export function status(code: number, headers: Record<string, string> = {}): HostileAnswer {
  return (socket) => socket.write(answerOf(code, headers));
}

function answerOf(code: number, headers: Record<string, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = code === 204 ? '' : 'Content-Length: 0\r\n';
  return `HTTP/1.1 ${code} Because\r\n${lines.join('')}${length}\r\n`;
}

function drip(socket: Socket, drop: string): void {
  const timer = setInterval(() => socket.write(drop), DRIP_EVERY_MS);
  socket.once('close', () => clearInterval(timer));
}

function pour(socket: Socket, chunk: Buffer, total: number): void {
  let left = total;
  const more = () => {
    while (left > 0 && socket.writable) {
      left -= chunk.length;
      if (!socket.write(chunk)) return;
    }
  };
  socket.on('drain', more);
  more();
}
