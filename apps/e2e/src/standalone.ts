import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@waypost/testkit';
import { JsonApi } from './json-api.js';
import { LauncherProcess, makeDataDir } from './launcher-process.js';
import { freePortBase } from './port-base.js';

/** What `standalone.json` holds. */
export interface Facts {
  consoleUrl: string;
  ingressUrl: string;
  sandboxUrl: string;
  inboundWebhookUrl: string;
  apiToken: string;
  owner: { email: string; password: string };
  workspaceId: string;
  account: { id: string; phone: string };
  pids: Record<string, number>;
}

export const SERVICES = ['ingress', 'dispatcher', 'wa-session', 'egress', 'console', 'sandbox'] as const;
export type Service = (typeof SERVICES)[number];

const PORT_OFFSETS: Record<Service, number> = {
  console: 0,
  ingress: 1,
  dispatcher: 2,
  'wa-session': 3,
  egress: 4,
  sandbox: 5,
};
const READY_WITHIN_MS = 100_000;
const RESTARTED_WITHIN_MS = 30_000;
const LINKED_WITHIN_MS = 30_000;

export interface StandaloneOptions {
  /** Default: a new folder, which `stop()` removes. */
  dataDir?: string;
  env?: Record<string, string>;
}

interface Account {
  id: string;
  state: string;
}

/** The whole product as `npm start` runs it, ready, and a client to each of its doors. */
export class Standalone {
  readonly console: JsonApi;
  readonly sandbox: JsonApi;

  private constructor(
    readonly facts: Facts,
    readonly launcher: LauncherProcess,
    private readonly dataDir: string,
    private readonly portBase: number,
    private readonly cleanUp: () => Promise<void>,
  ) {
    this.console = new JsonApi(`${facts.consoleUrl}/api/v1`, facts.apiToken);
    this.sandbox = new JsonApi(facts.sandboxUrl);
  }

  static async start({ dataDir, env }: StandaloneOptions = {}): Promise<Standalone> {
    const folder = dataDir ? { path: dataDir, remove: async () => undefined } : await makeDataDir();
    const portBase = await freePortBase();
    const launcher = new LauncherProcess({ dataDir: folder.path, portBase, env });
    try {
      const facts = await eventually(
        () => {
          if (!launcher.running) throw new Error('the launcher ended');
          return readFacts(folder.path);
        },
        { withinMs: READY_WITHIN_MS, everyMs: 100 },
      );
      await eventually(() => launcher.output.includes('Ctrl-C stops everything'));
      return new Standalone(facts, launcher, folder.path, portBase, folder.remove);
    } catch (error) {
      await launcher.interrupt();
      const logs = await readLogs(folder.path);
      await folder.remove();
      throw new Error(`it did not start; it said:\n${launcher.output}\n${logs}`, { cause: error });
    }
  }

  /** @returns the message id that the inbound webhook promises */
  async send(message: Record<string, string>): Promise<string> {
    const webhook = new JsonApi(this.facts.inboundWebhookUrl);
    const answer = await webhook.post<{ data: { message_id: string } }>('', { action: 'send', ...message });
    return answer.data.message_id;
  }

  /** Adds an account and links it as a person with a phone would. @returns its id */
  async linkAccount(phone: string, name: string): Promise<string> {
    const { id } = await this.console.post<Account>('/accounts', { network: 'sandbox' });
    await this.console.post(`/accounts/${id}/pairing`, { method: 'qr' });
    const qr = await eventually(
      async () => (await this.console.get<{ qr?: string }>(`/accounts/${id}/pairing`)).qr ?? '',
      { withinMs: LINKED_WITHIN_MS, everyMs: 100 },
    );
    await this.sandbox.post('/pairings', { qr, phone, name });
    await eventually(async () => (await this.console.get<Account>(`/accounts/${id}`)).state === 'connected', {
      withinMs: LINKED_WITHIN_MS,
      everyMs: 100,
    });
    return id;
  }

  /** kill -9, as the kernel does when memory is short. @returns the process id that was killed */
  async kill(service: Service): Promise<number> {
    const pid = (await readFacts(this.dataDir)).pids[service]!;
    process.kill(pid, 'SIGKILL');
    return pid;
  }

  /** Resolves when the launcher has started the service again after `kill`, and it is ready. */
  async restarted(service: Service, killed: number): Promise<void> {
    await eventually(
      async () => {
        const pid = (await readFacts(this.dataDir)).pids[service];
        if (pid === undefined || pid === killed) return false;
        return (await fetch(this.urlOf(service, '/health/ready'), { headers: { connection: 'close' } })).ok;
      },
      { withinMs: RESTARTED_WITHIN_MS, everyMs: 100 },
    );
  }

  urlOf(service: Service, path: string): string {
    return `http://127.0.0.1:${this.portBase + PORT_OFFSETS[service]}${path}`;
  }

  /** Ctrl-C. @throws when it does not end well, or leaves something running */
  async stop(): Promise<void> {
    const code = await this.launcher.interrupt();
    await this.launcher.leavesNothing();
    await this.cleanUp();
    if (code !== 0) throw new Error(`the launcher ended with ${code}; it said:\n${this.launcher.output}`);
  }
}

async function readFacts(dataDir: string): Promise<Facts> {
  return JSON.parse(await readFile(join(dataDir, 'standalone.json'), 'utf8')) as Facts;
}

async function readLogs(dataDir: string): Promise<string> {
  const names = await readdir(join(dataDir, 'logs')).catch(() => []);
  const texts = names.map(async (name) => `${name}:\n${await readFile(join(dataDir, 'logs', name), 'utf8')}`);
  return (await Promise.all(texts)).join('\n');
}
