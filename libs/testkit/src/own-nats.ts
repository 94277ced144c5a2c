import { LocalNats } from '@waypost/local-servers';
import { fromRunner } from './test-environment.js';

/** A NATS server of the test's own: for requests that others would answer as well, and for tests that stop it. */
export class OwnNats {
  private constructor(private server: LocalNats) {}

  static async start(): Promise<OwnNats> {
    const server = new LocalNats({ cacheDir: fromRunner('cacheDir') });
    await server.start();
    return new OwnNats(server);
  }

  get url(): string {
    return this.server.url;
  }

  /** Cuts every connection, and serves again on the same port. */
  async restart(): Promise<void> {
    const port = Number(new URL(this.url).port);
    await this.server.stop();
    this.server = new LocalNats({ cacheDir: fromRunner('cacheDir'), port });
    await this.server.start();
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
