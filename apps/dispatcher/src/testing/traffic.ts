import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { newSecretToken, uuidv7 } from '@waypost/kernel';
import { tokenHash } from '@waypost/persistence';
import type { Pool } from 'pg';

export interface Pace {
  minMs: number;
  maxMs: number;
}

export interface TrafficAccount {
  id: string;
  phone: string;
  /** Its own, where it has one. */
  pace?: Pace;
}

interface Answer {
  status: string | number;
  data?: { message_id?: string };
  message?: string;
}

const CONTACTS = 2;
const PAUSE_MS = 40;
const AWAY_MS = 100;
const ANSWER_MS = 20_000;

/**
 * One workspace that asks ingress all the time for numbered messages, from several accounts to several people; those to one person one after the
 * other.
 */
export class Traffic {
  readonly workspaceId = uuidv7();
  /** As they were answered. */
  readonly accepted = new Set<string>();
  readonly refusals: string[] = [];
  private readonly token = newSecretToken();
  private stopped = false;
  private asking: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly pool: Pool,
    readonly accounts: TrafficAccount[],
  ) {}

  /** Accounts whose sessions a pod holds. @param paces one account each; undefined: the deployment's */
  static async create(
    pool: Pool,
    pod: string,
    credits: number,
    paces: (Pace | undefined)[],
  ): Promise<Traffic> {
    const accounts = paces.map((pace, index) => ({ id: uuidv7(), phone: `+1415555${7_000 + index}`, pace }));
    const traffic = new Traffic(pool, accounts);
    await pool.query(
      `with w as (insert into workspace (id, name) values ($1, 'Test')),
       m as (insert into member (id, workspace_id, email, full_name, role) values ($1, $1, 'test@localhost', 'Test', 'owner')),
       b as (insert into credit_balance (workspace_id, balance) values ($1, $2::integer)),
       e as (insert into credit_entry (workspace_id, delta, balance, reason) values ($1, $2::integer, $2, 'grant'))
       insert into inbound_webhook (workspace_id, token_hash, token_sealed) values ($1, $3, '')`,
      [traffic.workspaceId, credits, tokenHash(traffic.token)],
    );
    for (const { id, phone, pace } of accounts) {
      await pool.query(
        `with l as (insert into session_lease (account_id, owner, epoch, expires_at) values ($1, $2, 7, 'infinity'))
         insert into account (id, workspace_id, owner_member_id, network, phone, state, connected_at, pace_min_ms, pace_max_ms)
         values ($1, $3, $3, 'sandbox', $4, 'connected', now(), $5, $6)`,
        [id, pod, traffic.workspaceId, phone, pace?.minMs, pace?.maxMs],
      );
    }
    return traffic;
  }

  /** Asks until it is stopped, each request at any of these addresses, while `mayAsk`. */
  start(ingresses: readonly { url: string }[], mayAsk: () => boolean): void {
    const chats = this.accounts.flatMap(({ phone }) =>
      Array.from({ length: CONTACTS }, (_, contact) => ({ phone, contact: `+4915100000${100 + contact}` })),
    );
    this.asking = Promise.all(
      chats.map(async ({ phone, contact }) => {
        for (let number = 0; !this.stopped; number++) {
          while (!this.stopped && !mayAsk()) await wait(PAUSE_MS);
          const text = `${phone}>${contact} #${number}`;
          await this.ask(ingresses, { action: 'send', text, phone: contact, whatsapp_account_phone: phone });
        }
      }),
    );
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.asking;
  }

  /** Asks, at any of them, until there is an answer: under one key it is one message, however often it is asked for. */
  private async ask(ingresses: readonly { url: string }[], body: object): Promise<void> {
    const key = randomUUID();
    for (;;) {
      const { url } = ingresses[Math.floor(Math.random() * ingresses.length)]!;
      const answer = await this.post(url, key, body).catch(() => undefined);
      await wait((answer ? PAUSE_MS : AWAY_MS) * 2 * Math.random());
      if (!answer) continue;
      if (answer.data?.message_id) this.accepted.add(answer.data.message_id);
      else this.refusals.push(`${answer.status} ${answer.message}`);
      return;
    }
  }

  /** @throws when it was killed before it could answer, or is down */
  private async post(url: string, key: string, body: object): Promise<Answer> {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), ANSWER_MS);
    try {
      const response = await fetch(`${url}/webhooks/inbound/${this.token}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
        signal: giveUp.signal,
      });
      return (await response.json()) as Answer;
    } finally {
      clearTimeout(timer);
    }
  }
}
