// A receiver in a process of its own: answers 200 at once, or never under /hang, and tells what arrived when.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Receipts {
  count: number;
  /** From event to receipt, in milliseconds, sorted. */
  latencies: number[];
  /** Messages that came after a later one of their chat. */
  violations: number;
  hanging: number;
  cpuSeconds: number;
}

let latencies: number[] = [];
let violations = 0;
let hanging = 0;
const latest = new Map<string, number>();

const server = createServer((request, response) => {
  if (request.url?.startsWith('/hang')) {
    hanging++;
    request.resume();
    return;
  }
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => (body += chunk));
  request.on('end', () => {
    if (!request.url?.startsWith('/bare')) receive(body);
    response.end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  latencies.sort((a, b) => a - b);
  process.send?.({
    ...{ count: latencies.length, latencies, violations, hanging, cpuSeconds: (user + system) / 1e6 },
  } satisfies Receipts);
  latencies = [];
  violations = 0;
  hanging = 0;
});
process.on('disconnect', () => process.exit(0));

function receive(body: string): void {
  const { chat, message } = JSON.parse(body) as { chat: { chat_id: string }; message: { text: string } };
  const [sequence, at] = message.text.split(' ').map(Number) as [number, number];
  latencies.push(performance.timeOrigin + performance.now() - at);
  if (sequence < (latest.get(chat.chat_id) ?? 0)) violations++;
  latest.set(chat.chat_id, Math.max(sequence, latest.get(chat.chat_id) ?? 0));
}
