import { setTimeout as wait } from 'node:timers/promises';
import { usageOf } from './process-usage.js';
import type { SandboxTraffic } from './sandbox-traffic.js';

/** Sessions of many accounts in one process. */
export interface Fleet {
  readonly pid: number;
  /** How long all accounts took to connect, from the start of the process, in milliseconds. */
  readonly connectMs: number;
  /** Resident memory of the same process without any account, in megabytes. */
  readonly emptyMb: number;
  /** Sends to the contact of each account, one after the other per account, for so long. @returns acknowledged messages */
  send(forMs: number): Promise<number>;
  /** Messages received so far, copies of what was written on the accounts' phones included. */
  received(): Promise<number>;
  stop(): Promise<void>;
}

/** An account and the one contact that it talks with. */
export interface BenchAccount {
  phone: string;
  contact: string;
}

export interface FleetFigures {
  connectMs: number;
  residentMb: number;
  /** Beyond what the process takes without any. */
  sessionMb: number;
  /** Of one core. */
  idleCpuShare: number;
  sendsPerSecond: number;
  cpuMsPerSend: number;
  inboundPerSecond: number;
  cpuMsPerInbound: number;
}

export interface MeasureOptions {
  sendMs: number;
  idleMs: number;
  /** Messages from contacts, over all accounts. */
  inbound: number;
}

const SETTLE_MS = 3_000;
const LEAST_WARM_UP = 200;
const INBOUND_LIMIT_MS = 60_000;
const POLL_MS = 20;
/** The rate is taken between these shares of the burst: its begin and its end are not the fleet's alone. */
const [FROM_SHARE, TO_SHARE] = [0.05, 0.95];

/** Measures a fleet that is connected. */
export async function measure(
  fleet: Fleet,
  accounts: BenchAccount[],
  traffic: SandboxTraffic,
  options: MeasureOptions,
): Promise<FleetFigures> {
  // Each chat has a session that both sides have used, as in daily life.
  await fleet.send(0);
  const warmUp = Math.max(accounts.length, LEAST_WARM_UP);
  await traffic.write(accounts, warmUp);
  await receivedAtLeast(fleet, warmUp);

  await wait(SETTLE_MS);
  const idleFrom = await usageOf(fleet.pid);
  await wait(options.idleMs);
  const idle = await usageOf(fleet.pid);

  const inbound = await measureInbound(fleet, accounts, traffic, options.inbound);

  const sendFrom = await usageOf(fleet.pid);
  const startedAt = performance.now();
  const sent = await fleet.send(options.sendMs);
  const seconds = (performance.now() - startedAt) / 1_000;
  const sendTo = await usageOf(fleet.pid);
  return {
    connectMs: fleet.connectMs,
    residentMb: idle.residentMb,
    sessionMb: (idle.residentMb - fleet.emptyMb) / accounts.length,
    idleCpuShare: (idle.cpuSeconds - idleFrom.cpuSeconds) / (options.idleMs / 1_000),
    sendsPerSecond: sent / seconds,
    cpuMsPerSend: ((sendTo.cpuSeconds - sendFrom.cpuSeconds) * 1_000) / sent,
    ...inbound,
  };
}

/** All messages arrive in one burst, which the network held back until they were written: so the fleet is what limits the rate. */
async function measureInbound(
  fleet: Fleet,
  accounts: BenchAccount[],
  traffic: SandboxTraffic,
  most: number,
): Promise<Pick<FleetFigures, 'inboundPerSecond' | 'cpuMsPerInbound'>> {
  const before = await fleet.received();
  const count = await traffic.writeInOneBurst(accounts, most);
  const from = await usageOf(fleet.pid);
  const reached = async (share: number) => {
    await receivedAtLeast(fleet, before + Math.ceil(count * share));
    return performance.now();
  };
  const beganAt = await reached(FROM_SHARE);
  const endedAt = await reached(TO_SHARE);
  await reached(1);
  const to = await usageOf(fleet.pid);
  return {
    inboundPerSecond: (count * (TO_SHARE - FROM_SHARE) * 1_000) / (endedAt - beganAt),
    cpuMsPerInbound: ((to.cpuSeconds - from.cpuSeconds) * 1_000) / count,
  };
}

async function receivedAtLeast(fleet: Fleet, count: number): Promise<void> {
  const deadline = performance.now() + INBOUND_LIMIT_MS;
  for (;;) {
    const received = await fleet.received();
    if (received >= count) return;
    if (performance.now() > deadline) throw new Error(`only ${received} of ${count} messages were received`);
    await wait(POLL_MS);
  }
}
