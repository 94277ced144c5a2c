import { setTimeout as wait } from 'node:timers/promises';
import { TestEnvironment } from 'jest-environment-node';

const WITHIN_MS = 5_000;

/** Node, and a test file that leaves a connection, a server, a child process or a timer behind fails. */
export default class LeakCheckingEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.openBefore = countOpen();
  }

  async teardown() {
    const deadline = performance.now() + WITHIN_MS;
    while (this.leaks().length > 0 && performance.now() < deadline) await wait(20);
    const leaks = this.leaks();
    await super.teardown();
    if (leaks.length > 0) throw new Error(`The tests of this file left open: ${leaks.join(', ')}`);
  }

  leaks() {
    return Object.entries(countOpen())
      .filter(([kind, count]) => count > (this.openBefore[kind] ?? 0))
      .map(([kind, count]) => `${count - (this.openBefore[kind] ?? 0)} ${kind}`);
  }
}

/** What keeps the process alive, less what Jest itself uses: pipes and files. */
function countOpen() {
  const counts = {};
  for (const kind of process.getActiveResourcesInfo()) {
    if (/^(TCP|UDP|Process|Timeout|MessagePort|Worker)/.test(kind)) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
