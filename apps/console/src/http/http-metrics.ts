import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Counter, Histogram, Registry } from 'prom-client';

/** Measures the answers of the API. */
export function measureApi(app: NestFastifyApplication): void {
  const registers = [app.get(Registry)];
  const answers = new Counter({
    name: 'waypost_console_answers_total',
    help: 'Requests to the management API by the status of the answer.',
    labelNames: ['status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'waypost_console_seconds',
    help: 'From the arrival of a request to the management API until the end of its answer, streams left out.',
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onResponse', (request, reply, done) => {
    if (request.url.startsWith('/api/v1/') && !request.url.startsWith('/api/v1/events')) {
      answers.inc({ status: reply.statusCode });
      seconds.observe(reply.elapsedTime / 1_000);
    }
    done();
  });
}
