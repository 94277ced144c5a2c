import { Database } from '@waypost/persistence';
import { DataFolder } from './data-folder/data-folder.js';
import type { Pids } from './data-folder/folder-lock.js';
import { DemoSetup } from './demo/demo-setup.js';
import { DEMO_OWNER, ensureDemoWorkspace, type DemoWorkspace } from './demo/demo-workspace.js';
import { JsonApi } from './demo/json-api.js';
import type { Facts } from './facts.js';
import { LocalServers } from './local-servers.js';
import type { KeptRunning, Watch } from './processes/kept-running.js';
import { httpUrlOf, requireFreePorts, SERVICES } from './processes/ports.js';
import { Services } from './services.js';
import type { StandaloneConfig } from './standalone.config.js';
import { summary } from './summary.js';

export interface LauncherOptions {
  config: StandaloneConfig;
  /** The folder of the project. */
  root: string;
  /** Handed on to the services. */
  environment: NodeJS.ProcessEnv;
  /** Takes what is for the person at the terminal. */
  say: (text: string) => void;
}

/** The whole system on one machine. `start()` once; `stop()` at any time, also while it starts. */
export class Launcher implements Watch {
  private readonly startedAt = performance.now();
  private readonly abort = new AbortController();
  private starting: Promise<void> = Promise.resolve();
  private stopping?: Promise<void>;
  private folder?: DataFolder;
  private servers?: LocalServers;
  private services?: Services;
  private facts?: Omit<Facts, 'pids'>;
  private recording: Promise<void> = Promise.resolve();

  constructor(private readonly options: LauncherOptions) {}

  /** @throws StandaloneProblem, LocalServerError for what a person can mend; what runs by then is for `stop()` to end */
  start(): Promise<void> {
    this.starting = this.startAll();
    return this.starting;
  }

  /** Stops the services, then NATS, then Postgres; returns when every process is gone. */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  died(name: string, reason: string): void {
    this.options.say(`${name} ended (${reason}); it is started again.`);
  }

  started(): void {
    this.recording = this.recording
      .then(() => this.record())
      .catch((error: unknown) => this.options.say(`The process ids could not be written: ${String(error)}`));
  }

  private async startAll(): Promise<void> {
    const { config, root, environment, say } = this.options;
    const { signal } = this.abort;
    const folder = await DataFolder.open(config.dataDir, config.fresh);
    this.folder = folder;
    this.servers = new LocalServers(config, folder, root, this);
    const names = this.servers.running.map(({ name }) => name as 'postgres' | 'nats');
    await requireFreePorts([...SERVICES, ...names], config.portBase);
    signal.throwIfAborted();

    say(`Preparing ${names.length > 0 ? 'Postgres and NATS' : 'the database'} …`);
    const { databaseUrl, natsUrl } = await this.servers.start();
    signal.throwIfAborted();

    say('Starting the services …');
    const surroundings = {
      databaseUrl,
      natsUrl,
      encryptionKeys: folder.secrets.encryptionKeys,
      sandboxDir: folder.sandboxDir,
    };
    const { portBase } = config;
    this.services = new Services(
      { root, logsDir: folder.logsDir, portBase, surroundings, environment },
      this,
    );
    const [workspace] = await Promise.all([
      this.ensureWorkspace(databaseUrl, folder),
      this.services.start(signal),
    ]);

    say('Preparing the demo workspace …');
    await this.ensureDemo(workspace, folder);
  }

  private async ensureWorkspace(databaseUrl: string, folder: DataFolder): Promise<DemoWorkspace> {
    const database = await Database.open({
      url: databaseUrl,
      applicationName: 'waypost-standalone',
      poolSize: 2,
    });
    try {
      return await ensureDemoWorkspace(database, {
        ...folder.secrets,
        keepApiToken: (token) => folder.keepApiToken(token),
      });
    } finally {
      await database.close();
    }
  }

  private async ensureDemo(workspace: DemoWorkspace, folder: DataFolder): Promise<void> {
    const { config, say } = this.options;
    const { signal } = this.abort;
    const urls = {
      consoleUrl: httpUrlOf('console', config.portBase),
      ingressUrl: httpUrlOf('ingress', config.portBase),
      sandboxUrl: httpUrlOf('sandbox', config.portBase),
    };
    const demo = new DemoSetup(
      new JsonApi(urls.consoleUrl, signal, workspace.apiToken),
      new JsonApi(urls.sandboxUrl, signal),
      signal,
    );
    await demo.ensureCredits();
    const inboundWebhookUrl = await demo.ensureInboundWebhook();
    const account = await demo.ensureAccount();
    this.facts = {
      ...urls,
      inboundWebhookUrl,
      apiToken: workspace.apiToken,
      owner: { email: DEMO_OWNER.email, password: folder.secrets.ownerPassword },
      workspaceId: workspace.workspaceId,
      account: { id: account.id, phone: account.phone },
    };
    await this.recording;
    await this.record();
    const seconds = (performance.now() - this.startedAt) / 1_000;
    say(
      summary(
        { ...this.facts, pids: this.pids() },
        { account, dataDir: folder.path, logsDir: folder.logsDir, seconds },
      ),
    );
  }

  private async record(): Promise<void> {
    if (this.stopping) return;
    await this.folder?.recordProcesses(this.pids());
    if (this.facts) await this.folder?.publish({ ...this.facts, pids: this.pids() });
  }

  private pids(): Pids {
    const running: readonly KeptRunning[] = [
      ...(this.services?.running ?? []),
      ...(this.servers?.running ?? []),
    ];
    return Object.fromEntries(
      running.flatMap(({ name, part }) => (part.pid === undefined ? [] : [[name, part.pid]])),
    );
  }

  private async stopAll(): Promise<void> {
    this.abort.abort(new Error('stopped while starting'));
    await this.starting.catch(() => undefined);
    await Promise.all(this.services?.running.map((service) => service.stop()) ?? []);
    for (const server of this.servers?.running ?? []) await server.stop();
    await this.recording;
    await this.folder?.close();
  }
}
