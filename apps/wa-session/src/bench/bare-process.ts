// Started by bare-fleet.ts: node bare-process.js <state file>. Works on what its parent asks, one thing at a time.
import { initAuthCreds } from '@whiskeysockets/baileys';
import { silenceLibsignal } from '../whatsapp/silence-libsignal.js';
import type { BareAnswer, BareRequest } from './bare-fleet.js';
import { BareSession, preparedPreKeys } from './bare-session.js';
import { loadStates, saveStates, type LinkedState } from './bare-state.js';
import type { BenchAccount } from './fleet.js';
import { SandboxTraffic } from './sandbox-traffic.js';

const OPEN_AT_ONCE = 20;
const LINK_AT_ONCE = 4;

silenceLibsignal();
const file = process.argv[2]!;
let sessions: BareSession[] = [];

process.on('message', (request: BareRequest) => {
  work(request).then(
    (value) => answer({ value }),
    (error: unknown) => answer({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));

function answer(message: BareAnswer): void {
  process.send?.(message);
}

async function work(request: BareRequest): Promise<number> {
  switch (request.do) {
    case 'link':
      return link(request.sandboxUrl, request.webSocketUrl, request.accounts);
    case 'connect':
      return connect(request.webSocketUrl, request.count);
    case 'send':
      return send(request.forMs);
    case 'received':
      return sessions.reduce((sum, { received }) => sum + received, 0);
    case 'save':
      await Promise.all(sessions.map((session) => session.close()));
      await saveStates(file, [...sessions.map(({ state }) => state), ...rest]);
      return sessions.length;
    default:
      return request satisfies never;
  }
}

let rest: LinkedState[] = [];

async function connect(webSocketUrl: string, count: number): Promise<number> {
  const states = await loadStates(file);
  rest = states.slice(count);
  sessions = states.slice(0, count).map((state) => new BareSession(state, webSocketUrl));
  await inParallel(sessions, OPEN_AT_ONCE, (session) => session.open());
  return process.uptime() * 1_000;
}

/** Links accounts that are not linked yet, and saves all. */
async function link(sandboxUrl: string, webSocketUrl: string, accounts: BenchAccount[]): Promise<number> {
  const traffic = new SandboxTraffic(sandboxUrl);
  const preKeys = preparedPreKeys();
  const states = await loadStates(file).catch((): LinkedState[] => []);
  await inParallel(accounts, LINK_AT_ONCE, async (account) => {
    const state: LinkedState = {
      ...account,
      creds: { ...initAuthCreds(), nextPreKeyId: preKeys.length + 1 },
      keys: { 'pre-key': Object.fromEntries(preKeys.map((key, index) => [index + 1, structuredClone(key)])) },
    };
    const session = new BareSession(state, webSocketUrl);
    let scanned = false;
    await session.open((qr) => {
      if (scanned) return;
      scanned = true;
      void traffic.scan(qr, account.phone);
    });
    await session.close();
    states.push(state);
  });
  await saveStates(file, states);
  return states.length;
}

async function send(forMs: number): Promise<number> {
  const until = performance.now() + forMs;
  let acknowledged = 0;
  await inParallel(sessions, sessions.length, async (session) => {
    do {
      if (await session.send()) acknowledged++;
    } while (performance.now() < until);
  });
  return acknowledged;
}

async function inParallel<T>(items: T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await work(items[next++]!);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
