import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { FileAnswer } from './file-answers.js';

export interface FileRequest {
  method: string;
  /** With the query string. */
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
}

/**
 * A host of files on loopback that answers as told, by path, honestly or not. It speaks raw TCP, because no HTTP server would lie as some
 * hosts do. Paths that were told nothing answer 404.
 */
export class FileHost {
  /** In order of arrival. */
  readonly requests: FileRequest[] = [];
  private readonly answers = new Map<string, FileAnswer>();
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((socket) => this.take(socket));

  /** @param address on loopback; hosts at several addresses are several hosts for who asks */
  constructor(private readonly address = '127.0.0.1') {}

  /** Without a trailing slash. */
  get url(): string {
    return `http://${this.address}:${this.port}`;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Open at this moment. */
  get connections(): number {
    return this.sockets.size;
  }

  async start(): Promise<this> {
    this.server.listen(0, this.address);
    await once(this.server, 'listening');
    return this;
  }

  /** Cuts open connections. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /**
   * From now on answer like this at `path` (`/report.pdf`).
   *
   * @returns the URL
   */
  at(path: string, answer: FileAnswer): string {
    this.answers.set(path, answer);
    return `${this.url}${path}`;
  }

  /** How often `path` was asked for. */
  asked(path: string): number {
    return this.requests.filter((request) => request.path === path).length;
  }

  private take(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    let received = '';
    socket.on('data', (data) => {
      received += data.toString('latin1');
      for (let end = received.indexOf('\r\n\r\n'); end !== -1; end = received.indexOf('\r\n\r\n')) {
        const head = received.slice(0, end);
        received = received.slice(end + 4);
        this.answer(socket, head);
      }
    });
  }

  private answer(socket: Socket, head: string): void {
    const [first = '', ...lines] = head.split('\r\n');
    const [method = '', path = ''] = first.split(' ');
    const headers = Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    this.requests.push({ method, path, headers });
    const answer = this.answers.get(path);
    if (answer) answer(socket);
    else socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
  }
}
