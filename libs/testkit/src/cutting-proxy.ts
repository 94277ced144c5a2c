import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * Stands between a client and a server (Postgres, NATS) as the network that fails: for a while, or, with Postgres, at its worst:
 * after the server has committed, before the client hears of it.
 */
export class CuttingProxy {
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((client) => this.join(client));
  /** Cuts so far. */
  cuts = 0;
  private armedFor?: string;
  private isDown = false;

  private constructor(private readonly target: URL) {}

  /** @param serverUrl any URL with host and port */
  static async start(serverUrl: string): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(new URL(serverUrl));
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  /** The server's URL, through this proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** Of Postgres: the answer to the next statement that contains `text` is swallowed, and its connection cut. */
  swallowAnswerTo(text: string): void {
    this.armedFor = text;
  }

  /** Cuts all connections and takes none until `up`. */
  down(): void {
    this.isDown = true;
    for (const socket of this.sockets) socket.destroy();
  }

  up(): void {
    this.isDown = false;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.down();
    await closed;
  }

  private join(client: Socket): void {
    if (this.isDown) {
      client.destroy();
      return;
    }
    const server = connect(Number(this.target.port), this.target.hostname);
    let doomed = false;
    client.on('data', (data) => {
      if (this.armedFor && data.includes(this.armedFor)) {
        this.armedFor = undefined;
        doomed = true;
      }
      server.write(data);
    });
    server.on('data', (data) => {
      if (!doomed) {
        client.write(data);
        return;
      }
      // Ready for the next statement (Z, length 5, status idle): this one is committed.
      if (!data.includes(Buffer.from([0x5a, 0, 0, 0, 5, 0x49]))) return;
      this.cuts++;
      client.destroy();
    });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
