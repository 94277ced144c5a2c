import { once } from 'node:events';
import { createServer } from 'node:net';
import { StandaloneProblem } from '../standalone-problem.js';

/** Where each process listens, counted from STANDALONE_PORT_BASE. */
const OFFSETS = {
  console: 0,
  ingress: 1,
  dispatcher: 2,
  'wa-session': 3,
  egress: 4,
  sandbox: 5,
  postgres: 10,
  nats: 11,
} as const;

export type ProcessName = keyof typeof OFFSETS;
export type ServiceName = Exclude<ProcessName, 'postgres' | 'nats'>;

export const PORT_SETTING = 'STANDALONE_PORT_BASE';
export const HOST = '127.0.0.1';
export const HIGHEST_OFFSET = Math.max(...Object.values(OFFSETS));
export const SERVICES: readonly ServiceName[] = [
  'sandbox',
  'wa-session',
  'console',
  'ingress',
  'dispatcher',
  'egress',
];

export function portOf(name: ProcessName, base: number): number {
  return base + OFFSETS[name];
}

export function httpUrlOf(name: ServiceName, base: number): string {
  return `http://${HOST}:${portOf(name, base)}`;
}

/** @throws StandaloneProblem that names the first port which is not free */
export async function requireFreePorts(names: readonly ProcessName[], base: number): Promise<void> {
  for (const name of names) {
    const port = portOf(name, base);
    const code = await bindProblem(port);
    if (code === undefined) continue;
    throw new StandaloneProblem(
      code === 'EADDRINUSE'
        ? `Port ${port} on ${HOST}, which ${name} needs, is taken: stop the program that uses it, or set ${PORT_SETTING} to another base than ${base}.`
        : `Port ${port} on ${HOST}, which ${name} needs, cannot be used (${code}): set ${PORT_SETTING} to another base than ${base}.`,
    );
  }
}

async function bindProblem(port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ port, host: HOST, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
  server.close();
  await once(server, 'close');
  return undefined;
}
