import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startService } from '@waypost/platform';
import type { AddressInfo } from 'node:net';
import type { JournalEntry, JournalKind } from '../journal/journal.js';
import type { AccountView } from '../people/accounts.js';
import type { ShownMessage } from '../people/screen.js';
import { SandboxConfig } from '../sandbox.config.js';
import { sandboxService } from '../service.js';

export interface Answer<Body> {
  status: number;
  body: Body;
}

/** A sandbox on a free port, and its control API as a test uses it. */
export class RunningSandbox {
  private stopping: Promise<void> | undefined;

  private constructor(
    private readonly app: NestFastifyApplication,
    readonly port: number,
  ) {}

  static async start(settings: Partial<SandboxConfig> = {}): Promise<RunningSandbox> {
    const config = Object.assign(new SandboxConfig(), { port: 0, logLevel: 'silent', ...settings });
    const app = await startService(sandboxService, config);
    return new RunningSandbox(app, (app.getHttpServer().address() as AddressInfo).port);
  }

  get webSocketUrl(): string {
    return `ws://127.0.0.1:${this.port}/ws/chat`;
  }

  /** Stops it, once. */
  stop(): Promise<void> {
    return (this.stopping ??= this.app.close());
  }

  async call<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Body };
  }

  /** As `call`, for calls that must succeed. */
  async ask<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    const answer = await this.call<Body>(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  messages(phone: string): Promise<ShownMessage[]> {
    return this.ask('GET', `/contacts/${phone}/messages`);
  }

  account(phone: string): Promise<AccountView> {
    return this.ask('GET', `/accounts/${phone}`);
  }

  fault(phone: string, fault: object): Promise<{ connections: number }> {
    return this.ask('POST', `/accounts/${phone}/faults`, fault);
  }

  async journal(...kinds: JournalKind[]): Promise<JournalEntry[]> {
    const { items } = await this.ask<{ items: JournalEntry[] }>('GET', '/journal?limit=10000');
    return items.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
  }
}
