import { once } from 'node:events';
import { createServer } from 'node:net';

const OFFSETS = [0, 1, 2, 3, 4, 5, 10, 11];
/** Below the ports that systems hand out by themselves. */
const LOWEST = 10_000;
const HIGHEST = 32_000;
const TRIES = 100;

/** A value for STANDALONE_PORT_BASE whose ports were all free a moment ago. */
export async function freePortBase(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const base = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    const free = await Promise.all(OFFSETS.map((offset) => isFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
  throw new Error('no free ports were found');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
