import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadConfig, startService } from '@waypost/platform';
import { natsUrl } from '@waypost/testkit';
import { httpOptions, prepareHttp } from '../http.js';
import { IngressConfig } from '../ingress.config.js';
import { IngressModule } from '../ingress.module.js';

export interface HttpAnswer {
  status: number;
  headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever came
  body: any;
}

/** The real service in this process, on a port of its own. */
export class TestIngress {
  private constructor(
    private readonly app: NestFastifyApplication,
    readonly url: string,
  ) {}

  static async start(databaseUrl: string, env: Record<string, string> = {}): Promise<TestIngress> {
    const config = loadConfig(IngressConfig, {
      PORT: '0',
      LOG_LEVEL: 'silent',
      DATABASE_URL: databaseUrl,
      NATS_URL: natsUrl(),
      ...env,
    });
    const app = await startService(
      {
        name: 'ingress',
        config: IngressConfig,
        module: IngressModule.with,
        http: httpOptions,
        prepare: prepareHttp,
      },
      config,
    );
    return new TestIngress(app, await app.getUrl());
  }

  stop(): Promise<void> {
    return this.app.close();
  }

  /** Posts a value as JSON, or text and bytes as they are. */
  post(token: string, body: unknown, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    return this.request(`/webhooks/inbound/${token}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: raw ? (body as string) : JSON.stringify(body),
    });
  }

  async request(path: string, init: RequestInit): Promise<HttpAnswer> {
    const response = await fetch(this.url + path, init);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }
}
