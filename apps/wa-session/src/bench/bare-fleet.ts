import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BenchAccount, Fleet } from './fleet.js';
import { usageOf } from './process-usage.js';

export type BareRequest =
  | { do: 'link'; sandboxUrl: string; webSocketUrl: string; accounts: BenchAccount[] }
  | { do: 'connect'; webSocketUrl: string; count: number }
  | { do: 'send'; forMs: number }
  | { do: 'received' }
  | { do: 'save' };

export interface BareAnswer {
  value?: number;
  error?: string;
}

const AS_THE_SERVICES = ['--max-semi-space-size=16'];
const PROGRAM = fileURLToPath(new URL('bare-process.js', import.meta.url));

/** Bare Baileys with its keys in memory, in one process of its own. */
export class BareFleet implements Fleet {
  connectMs = 0;
  emptyMb = 0;
  private settle = (_answer: BareAnswer) => {};

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (answer: BareAnswer) => this.settle(answer));
    child.on('exit', (code) => this.settle({ error: `the process of bare Baileys ended (${code})` }));
  }

  /** Links accounts and keeps what they are in the file. */
  static async link(
    file: string,
    sandboxUrl: string,
    webSocketUrl: string,
    accounts: BenchAccount[],
  ): Promise<void> {
    const fleet = new BareFleet(fork(PROGRAM, [file], { execArgv: AS_THE_SERVICES }));
    await fleet.ask({ do: 'link', sandboxUrl, webSocketUrl, accounts });
    await fleet.end();
  }

  /** Connects the first `count` accounts of the file. */
  static async start(file: string, webSocketUrl: string, count: number): Promise<BareFleet> {
    const fleet = new BareFleet(fork(PROGRAM, [file], { execArgv: AS_THE_SERVICES }));
    await fleet.received();
    fleet.emptyMb = (await usageOf(fleet.pid)).residentMb;
    fleet.connectMs = await fleet.ask({ do: 'connect', webSocketUrl, count });
    return fleet;
  }

  get pid(): number {
    return this.child.pid!;
  }

  send(forMs: number): Promise<number> {
    return this.ask({ do: 'send', forMs });
  }

  received(): Promise<number> {
    return this.ask({ do: 'received' });
  }

  async stop(): Promise<void> {
    await this.ask({ do: 'save' });
    await this.end();
  }

  private async ask(request: BareRequest): Promise<number> {
    this.child.send(request);
    const answer = await new Promise<BareAnswer>((resolve) => (this.settle = resolve));
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value!;
  }

  private async end(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.disconnect();
    await exited;
  }
}
