import { Logger } from '@nestjs/common';
import { ClientNats } from '@nestjs/microservices';
import { parseContract } from '@waypost/contracts';
import { answerWithin } from '@waypost/kernel';
import { firstValueFrom, timeout } from 'rxjs';

/** Nobody answered in time, nobody listens, or NATS is away. Whether the request was worked on is unknown. */
export class NoAnswerError extends Error {
  constructor(subject: string, cause: unknown) {
    super(`no answer on ${subject}`, { cause });
    this.name = 'NoAnswerError';
  }
}

/** The sending side of NATS: requests with a deadline, and hints that may be lost. Reconnects for ever by itself. */
export class Messenger {
  private readonly logger = new Logger(Messenger.name);
  private readonly client: ClientNats;

  constructor(url: string, name: string) {
    this.client = new ClientNats({
      servers: url,
      name,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 500,
      reconnectJitter: 500,
      timeout: 2_000,
    });
  }

  /**
   * @throws NoAnswerError when no answer came within `deadlineMs`
   * @throws ContractError when the answer is not a `reply`
   */
  async request<T extends object>(
    subject: string,
    payload: object,
    reply: new () => T,
    deadlineMs: number,
  ): Promise<T> {
    let answer: unknown;
    try {
      answer = await firstValueFrom(this.client.send(subject, payload).pipe(timeout(deadlineMs)));
    } catch (error) {
      throw new NoAnswerError(subject, error);
    }
    return parseContract(reply, answer);
  }

  /** Fire and forget, after commit: whoever needs to know also looks by itself from time to time. Never throws. */
  hint(subject: string, payload: object = {}): void {
    this.client.emit(subject, payload).subscribe({
      error: (error: unknown) => this.logger.debug(`hint ${subject} was not sent: ${String(error)}`),
    });
  }

  /** @throws when NATS does not answer within `deadlineMs` */
  async ping(deadlineMs: number): Promise<void> {
    await answerWithin(
      deadlineMs,
      this.client.connect().then((connection: { flush(): Promise<void> }) => connection.flush()),
    );
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}
