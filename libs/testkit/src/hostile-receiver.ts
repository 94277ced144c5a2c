import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { HostileAnswer } from './hostile-answers.js';

/**
 * A customer's webhook endpoint that behaves badly: it reads a whole request, then does to its connection whatever it was told. It speaks
 * raw TCP, because no HTTP server would.
 */
export class HostileReceiver {
  /** The bodies of the requests that were read, in order of arrival. */
  readonly bodies: string[] = [];
  private written = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((socket) => this.take(socket));

  private constructor(private answer: HostileAnswer) {}

  static async start(answer: HostileAnswer): Promise<HostileReceiver> {
    const receiver = new HostileReceiver(answer);
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    return receiver;
  }

  /** Without a trailing slash. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Bytes that the other side's system took, of all connections, read by the other side or not. */
  get bytesWritten(): number {
    return [...this.sockets].reduce((sum, socket) => sum + socket.bytesWritten, this.written);
  }

  /** Open at this moment. */
  get connections(): number {
    return this.sockets.size;
  }

  /** From the next request on, behave like this. */
  become(answer: HostileAnswer): void {
    this.answer = answer;
  }

  /** Cuts open connections. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private take(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.written += socket.bytesWritten;
      this.sockets.delete(socket);
    });
    let received = '';
    socket.on('data', (data) => {
      received += data.toString('latin1');
      for (;;) {
        const end = received.indexOf('\r\n\r\n') + 4;
        const length = Number(/content-length: *(\d+)/i.exec(received.slice(0, end))?.[1] ?? 0);
        if (end < 4 || received.length < end + length) return;
        this.bodies.push(Buffer.from(received.slice(end, end + length), 'latin1').toString('utf8'));
        received = received.slice(end + length);
        this.answer(socket);
      }
    });
  }
}
