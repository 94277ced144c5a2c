// The clients of the benchmark, in a process of their own: bare sockets that post one request after another.
import { connect, type Socket } from 'node:net';

export interface LoadJob {
  port: number;
  /** Requests as they go over the wire; each connection takes them in turn, from another place. */
  requests: string[];
  connections: number;
  seconds: number;
}

export interface LoadResult {
  /** Answers per second with status 200. */
  rate: number;
  p50: number;
  p99: number;
  /** Answers with another status, or none. */
  failures: number;
  /** CPU of this process, in cores. */
  cores: number;
}

const HEADER_END = Buffer.from('\r\n\r\n');

process.on('message', (job: LoadJob) => {
  run(job).then(
    (result) => process.send!(result),
    (error: unknown) => {
      throw error;
    },
  );
});

async function run({ port, requests, connections, seconds }: LoadJob): Promise<LoadResult> {
  const wire = requests.map((request) => Buffer.from(request));
  const latencies: number[] = [];
  let failures = 0;
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;

  const client = async (number: number): Promise<void> => {
    const socket = connect(port, '127.0.0.1').setNoDelay();
    const answers = new Answers(socket);
    for (let turn = number * 7; performance.now() < endsAt; turn++) {
      const sentAt = performance.now();
      socket.write(wire[turn % wire.length]!);
      if ((await answers.next()) === 200) latencies.push(performance.now() - sentAt);
      else failures++;
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: connections }, (_, number) => client(number)));

  const ms = performance.now() - startedAt;
  const used = process.cpuUsage(cpu);
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)] ?? 0;
  return {
    rate: (latencies.length * 1_000) / ms,
    p50: at(0.5),
    p99: at(0.99),
    failures,
    cores: (used.user + used.system) / 1_000 / ms,
  };
}

/** Reads answers off a connection, one at a time. */
class Answers {
  private buffer: Buffer = Buffer.alloc(0);
  private waiting?: (status: number) => void;

  constructor(socket: Socket) {
    socket.on('data', (chunk) => {
      this.buffer = this.buffer.length === 0 ? chunk : Buffer.concat([this.buffer, chunk]);
      const headers = this.buffer.indexOf(HEADER_END);
      if (headers < 0) return;
      const head = this.buffer.toString('latin1', 0, headers).toLowerCase();
      const length = Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0);
      if (this.buffer.length < headers + 4 + length) return;
      this.buffer = this.buffer.subarray(headers + 4 + length);
      this.waiting?.(Number(head.slice(9, 12)));
    });
    socket.on('error', () => this.waiting?.(0));
    socket.on('close', () => this.waiting?.(0));
  }

  /** The status of the next answer; 0 when the connection ended. */
  next(): Promise<number> {
    return new Promise((resolve) => (this.waiting = resolve));
  }
}
