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

/** What Nest wraps each message in. */
interface Packet {
  data: unknown;
}

interface Subscribing {
  subscribe(
    subject: string,
    options: { callback: (error: Error | null, message: { data: Uint8Array }) => void },
  ): { unsubscribe(): void };
}

const SUBSCRIBE_RETRY_MS = 1_000;

/** This process's connection to NATS: requests with a deadline, and hints that may be lost. Reconnects for ever by itself. */
export class Messenger {
  private readonly logger = new Logger(Messenger.name);
  private readonly client: ClientNats;
  private readonly reconnected = new Set<() => void>();

  constructor(url: string, name: string) {
    this.client = new ClientNats({
      servers: url,
      name,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 500,
      reconnectJitter: 500,
      timeout: 2_000,
    });
    this.client.on('reconnect', () => this.reconnected.forEach((missed) => missed()));
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

  /**
   * Hears what is told on a subject, until the returned function is called. What does not have the shape of the contract is left out.
   * `missed` is called when some of it may have been lost: NATS was away for a while.
   */
  listen<T extends object>(
    subject: string,
    contract: new () => T,
    { heard, missed }: { heard: (message: T) => void; missed: () => void },
  ): () => void {
    let subscription: { unsubscribe(): void } | undefined;
    let retry: NodeJS.Timeout | undefined;
    let ended = false;
    const hear = (data: Uint8Array) => {
      try {
        heard(parseContract(contract, (JSON.parse(Buffer.from(data).toString('utf8')) as Packet).data));
      } catch (error) {
        this.logger.warn(`a message on ${subject} was left out: ${String(error)}`);
      }
    };
    const subscribe = async () => {
      try {
        const connection = (await this.client.connect()) as Subscribing;
        if (ended) return;
        subscription = connection.subscribe(subject, {
          callback: (error, message) => (error ? missed() : hear(message.data)),
        });
      } catch {
        // NATS is away. A subscription that was made once comes back with the connection.
        if (!ended) retry = setTimeout(() => void subscribe(), SUBSCRIBE_RETRY_MS);
      }
    };
    this.reconnected.add(missed);
    void subscribe();
    return () => {
      ended = true;
      clearTimeout(retry);
      this.reconnected.delete(missed);
      subscription?.unsubscribe();
    };
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
