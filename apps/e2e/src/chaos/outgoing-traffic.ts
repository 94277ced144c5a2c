import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Population } from './population.js';
import type { Random } from './random.js';

/** A message that an integrator asked for, again and again under one Idempotency-Key until it was accepted. */
export interface Asked {
  account: string;
  contact: string;
  /** Its place among those of its chat, from 0. */
  number: number;
  text: string;
  /** As the first 200 named it; undefined when there was none. */
  messageId?: string;
  requests: number;
}

const RETRY_MS = 300;
const ANSWER_WITHIN_MS = 10_000;

/** Asks for messages through the inbound webhook as a careful integrator does. */
export class OutgoingTraffic {
  readonly asked: Asked[] = [];
  /** Answers that no integrator should get. */
  readonly refusals: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly busy = new Map<string, Promise<void>>();
  private readonly giveUp = new AbortController();

  constructor(
    private readonly population: Population,
    private readonly random: Random,
  ) {}

  get accepted(): Asked[] {
    return this.asked.filter(({ messageId }) => messageId !== undefined);
  }

  /** Begins to ask for one message; those of one chat follow each other. */
  askOne(): void {
    const { accounts, contacts } = this.population;
    const [account, contact] = [this.random.oneOf(accounts), this.random.oneOf(contacts)];
    const chat = `${account}>${contact}`;
    if (this.busy.has(chat)) return;
    const number = this.numbers.get(chat) ?? 0;
    this.numbers.set(chat, number + 1);
    const one: Asked = { account, contact, number, text: `${chat} #${number}`, requests: 0 };
    this.asked.push(one);
    this.busy.set(
      chat,
      this.insist(one).finally(() => this.busy.delete(chat)),
    );
  }

  /** Waits until everything that was asked for is accepted, for so long. */
  async settle(withinMs: number): Promise<void> {
    const timer = setTimeout(() => this.giveUp.abort(), withinMs);
    await Promise.all(this.busy.values());
    clearTimeout(timer);
  }

  private async insist(one: Asked): Promise<void> {
    const key = randomUUID();
    const { signal } = this.giveUp;
    while (!signal.aborted) {
      one.requests += 1;
      const answer = await this.post(one, key).catch(() => undefined);
      if (answer?.status === 200) {
        one.messageId = (JSON.parse(answer.text) as { data: { message_id: string } }).data.message_id;
        return;
      }
      if (answer && answer.status < 500) {
        this.refusals.push(`${one.text}: ${answer.status} ${answer.text}`);
        return;
      }
      await wait(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async post(
    { account, contact, text }: Asked,
    key: string,
  ): Promise<{ status: number; text: string }> {
    const response = await fetch(this.population.webhookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close', 'idempotency-key': key },
      body: JSON.stringify({
        action: 'send',
        whatsapp_account_phone: `+${account}`,
        phone: `+${contact}`,
        text,
      }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return { status: response.status, text: await response.text() };
  }
}
