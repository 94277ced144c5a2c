import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP relay in front of a server, to take that server away and bring it back. */
export class BreakableProxy {
  private readonly sockets = new Set<Socket>();
  private server!: Server;
  private port = 0;

  private constructor(private readonly target: URL) {}

  static async start(target: URL): Promise<BreakableProxy> {
    const proxy = new BreakableProxy(target);
    await proxy.mend();
    return proxy;
  }

  /** The URL that leads through the proxy to the same database. */
  through(url: string): string {
    const through = new URL(url);
    through.hostname = '127.0.0.1';
    through.port = String(this.port);
    return through.href;
  }

  /** Cuts every connection and takes no new one. */
  break(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  async mend(): Promise<void> {
    this.server = createServer((inside) => {
      const outside = connect(Number(this.target.port), this.target.hostname);
      for (const socket of [inside, outside]) {
        this.sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
      }
      inside.pipe(outside).pipe(inside);
    });
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = this.server.listening ? once(this.server, 'close') : undefined;
    this.break();
    await closed;
  }
}
