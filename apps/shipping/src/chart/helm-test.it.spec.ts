import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { render, type KubernetesObject } from './render-chart.js';

interface Ended {
  code: number;
  output: string;
}

describe('the pod of helm test', () => {
  let pod: KubernetesObject;
  let service: Server;
  let ready = 200;

  beforeAll(async () => {
    pod = (await render('sandbox')).find(({ kind }) => kind === 'Pod')!;
    service = createServer((request, response) => {
      response.writeHead(request.url === '/health/ready' ? ready : 404).end('{"status":"as told"}');
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
  }, 400_000);

  afterAll(async () => {
    service.close();
    await once(service, 'close');
  });

  function runPod(services: Record<string, string>): Promise<Ended> {
    const [{ command, args }] = pod['spec'].containers;
    const env = { PATH: process.env['PATH'], SERVICES: JSON.stringify(services) };
    return new Promise((resolve) => {
      execFile(process.execPath, [...command.slice(1), ...args], { env }, (error, out, err) =>
        resolve({ code: Number(error?.code ?? 0), output: out + err }),
      );
    });
  }

  it('asks every service', () => {
    const [{ env }] = pod['spec'].containers;
    expect(JSON.parse(env[0].value)).toEqual({
      console: 'http://waypost-console:3000',
      dispatcher: 'http://waypost-dispatcher:3000',
      egress: 'http://waypost-egress:3000',
      ingress: 'http://waypost-ingress:3000',
      sandbox: 'http://waypost-sandbox:3000',
      'wa-session': 'http://waypost-wa-session:3000',
    });
  });

  it('succeeds when they are ready, and fails with their words when one is not or does not answer', async () => {
    const { port } = service.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    expect(await runPod({ ingress: url })).toEqual({
      code: 0,
      output: 'ingress: 200 {"status":"as told"}\n',
    });
    ready = 503;
    expect(await runPod({ ingress: url })).toEqual({
      code: 1,
      output: 'ingress: 503 {"status":"as told"}\n',
    });
    expect(await runPod({ ingress: 'http://127.0.0.1:1' })).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^ingress: .*(ECONNREFUSED|bad port)/),
    });
  });
});
