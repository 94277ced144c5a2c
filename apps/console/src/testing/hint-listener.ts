import { natsUrl } from '@waypost/testkit';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Counts the messages on a subject, speaking NATS's text protocol by itself. Other tests may hint on it too. */
export class HintListener {
  count = 0;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      if (chunk.includes('PING\r\n')) socket.write('PONG\r\n');
      this.count += chunk.split('\r\n').filter((line) => line.startsWith('MSG ')).length;
    });
  }

  static async start(subject: string, url = natsUrl()): Promise<HintListener> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const listener = new HintListener(socket);
    socket.write(`CONNECT {"verbose":false}\r\nSUB ${subject} 1\r\n`);
    return listener;
  }

  async stop(): Promise<void> {
    const closed = once(this.socket, 'close');
    this.socket.destroy();
    await closed;
  }
}
