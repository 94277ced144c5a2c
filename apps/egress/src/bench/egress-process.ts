// The service as it is, in a process of its own, that also tells how many statements it sent to Postgres and the CPU it took.
import pg from 'pg';

let statements = 0;
const query = pg.Client.prototype.query as (...values: unknown[]) => unknown;
pg.Client.prototype.query = function (this: pg.Client, ...values: unknown[]) {
  statements++;
  return query.apply(this, values);
} as typeof pg.Client.prototype.query;

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ statements, cpuSeconds: (user + system) / 1e6 });
});

await import('../main.js');
