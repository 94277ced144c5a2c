import { Controller, Get, HttpCode, Injectable, Res } from '@nestjs/common';
import { answerWithin } from '@waypost/kernel';

const CHECK_DEADLINE_MS = 2_000;

/** Throws when the part that it checks does not work. */
export type HealthCheck = () => Promise<void>;

/** What this process needs in order to work, and whether it is on its way out. */
@Injectable()
export class Health {
  private readonly checks = new Map<string, HealthCheck>();
  private draining = false;

  add(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  /** From now on the process answers "not ready", so that no new work is routed to it. */
  drain(): void {
    this.draining = true;
  }

  async report(): Promise<{ ready: boolean; checks: Record<string, string> }> {
    const results = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await runCheck(check)] as const),
    );
    const checks = Object.fromEntries(results);
    if (this.draining) checks['draining'] = 'this instance is shutting down';
    return { ready: !this.draining && results.every(([, result]) => result === 'ok'), checks };
  }
}

async function runCheck(check: HealthCheck): Promise<string> {
  try {
    await answerWithin(CHECK_DEADLINE_MS, check());
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message : 'failed';
  }
}

@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  /** The process runs. Never fails because of a dependency: a restart would not mend that. */
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  /** Every dependency answers and the process is not draining. */
  @Get('ready')
  @HttpCode(200)
  async ready(@Res({ passthrough: true }) reply: { status(code: number): unknown }) {
    const report = await this.health.report();
    if (!report.ready) reply.status(503);
    return { status: report.ready ? 'ok' : 'not ready', checks: report.checks };
  }
}
