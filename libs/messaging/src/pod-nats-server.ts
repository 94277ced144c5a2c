import { ServerNats, type MessageHandler } from '@nestjs/microservices';

/**
 * Nest's NATS server whose patterns may contain `{pod}`: such a subject belongs to this one process, so that a request can be
 * addressed to the pod that holds something.
 */
export class PodNatsServer extends ServerNats {
  constructor(
    url: string,
    private readonly pod: string,
  ) {
    super({
      servers: url,
      name: pod,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 500,
      reconnectJitter: 500,
      waitOnFirstConnect: true,
      timeout: 2_000,
    });
  }

  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEventHandler?: boolean,
    extras?: Record<string, unknown>,
  ): void {
    const own = typeof pattern === 'string' ? pattern.replace('{pod}', this.pod) : pattern;
    super.addHandler(own, callback, isEventHandler, extras);
  }
}
