import { storable } from '@waypost/kernel';
import { Logger } from '@nestjs/common';
import { laneKinds } from '@waypost/contracts';
import { LaneWorker, type Claim, type Outcome, type Settled, type Sql } from '@waypost/lanes';
import type { SecretBox } from '@waypost/persistence';
import { createTransport, type Transporter } from 'nodemailer';
import type { Pool } from 'pg';

export interface MailWorkerOptions {
  pool: Pool;
  /** `smtp://user:password@host:port`, or `smtps://…` */
  smtpUrl: string;
  /** Opens the links of mails that carry a secret one. */
  box: SecretBox;
  /** The sender's address, as in a `From` header. */
  from: string;
  /** Pauses after the 1st, 2nd, … failed try, in milliseconds; after one more failure the mail is given up. */
  retryMs?: readonly number[];
}

interface MailRow {
  id: string;
  recipient: string;
  subject: string;
  /** The line `{link}` stands for the sealed link. */
  body: string;
  link_sealed: Buffer | null;
  expired: boolean;
}

type MailOutcome = { mailId: string; state: 'waiting' | 'sent' | 'failed'; error?: string };

const MINUTE_MS = 60_000;
const RETRY_MS = [1, 5, 15, 60, 180, 360, 720].map((minutes) => minutes * MINUTE_MS);
const CONCURRENCY = 4;
const CONNECT_MS = 10_000;
/** Of each answer of the mail server. */
const ANSWER_MS = 20_000;
const LEASE_MS = 120_000;

/** Sends mails that wait, with tries over most of a day. A mail may arrive twice when a process dies just then. */
export class MailWorker {
  private readonly logger = new Logger('mailing');
  private readonly transport: Transporter;
  private readonly lanes: LaneWorker<MailOutcome>;

  constructor(private readonly options: MailWorkerOptions) {
    this.transport = createTransport(options.smtpUrl, {
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: ANSWER_MS,
      from: options.from,
    } as object);
    this.lanes = new LaneWorker({
      pool: options.pool,
      kind: laneKinds.mail,
      concurrency: CONCURRENCY,
      batch: CONCURRENCY,
      leaseMs: LEASE_MS,
      work: (claims) => claims.map((claim) => this.send(claim)),
      transaction: { apply: writeOutcomes },
      hooks: {
        onWorkError: (claim, error, retryInMs) =>
          this.logger.error({ msg: 'mail.broken', mailId: claim.ref, retryInMs, err: error }),
        onClaimError: (error, retryInMs) =>
          this.logger.error({ msg: 'mail.claim.failed', retryInMs, err: error }),
        onSettleError: (error, count) => this.logger.error({ msg: 'mail.settle.failed', count, err: error }),
      },
    });
  }

  start(): void {
    this.lanes.start();
  }

  /** Returns when the mails in flight are sent. */
  async stop(): Promise<void> {
    await this.lanes.stop(CONNECT_MS + ANSWER_MS);
    this.transport.close();
  }

  private async send({ ref, attempts }: Claim): Promise<Outcome<MailOutcome>> {
    const { rows } = await this.options.pool.query<MailRow>(
      `select id, recipient, subject, body, link_sealed, coalesce(expires_at <= now(), false) as expired
       from mail where id = $1 and state = 'waiting'`,
      [ref],
    );
    const mail = rows[0];
    if (!mail) return { result: 'done' };
    if (mail.expired) {
      return { result: 'done', apply: { mailId: mail.id, state: 'failed', error: 'its link is too old' } };
    }
    const error = await this.trySend(mail);
    if (error === undefined) return { result: 'done', apply: { mailId: mail.id, state: 'sent' } };
    this.logger.warn({ msg: 'mail.failed', mailId: mail.id, attempt: attempts + 1, error });
    const afterMs = (this.options.retryMs ?? RETRY_MS)[attempts];
    if (afterMs === undefined) return { result: 'done', apply: { mailId: mail.id, state: 'failed', error } };
    return { result: 'retry', afterMs, apply: { mailId: mail.id, state: 'waiting', error } };
  }

  /** @returns why it was not sent */
  private async trySend({
    id,
    recipient,
    subject,
    body,
    link_sealed: link,
  }: MailRow): Promise<string | undefined> {
    try {
      const text = link ? body.replace('{link}', this.options.box.open(link, `mail:${id}`).toString()) : body;
      // The same id in each try, so that mail servers can tell that it is one mail.
      await this.transport.sendMail({ to: recipient, subject, text, messageId: `<${id}@waypost>` });
      return undefined;
    } catch (error) {
      return storable(error instanceof Error ? error.message : String(error)).slice(0, 500);
    }
  }
}

async function writeOutcomes(tx: Sql, settled: readonly Settled<MailOutcome>[]): Promise<void> {
  const outcomes = settled.map(({ outcome }) => outcome.apply).filter((apply) => apply !== undefined);
  if (outcomes.length === 0) return;
  await tx.query(
    `update mail set state = tried.state, last_error = tried.error,
       sent_at = case when tried.state = 'sent' then now() end
     from unnest($1::uuid[], $2::text[], $3::text[]) as tried (id, state, error)
     where mail.id = tried.id`,
    [
      outcomes.map(({ mailId }) => mailId),
      outcomes.map(({ state }) => state),
      outcomes.map(({ error }) => error ?? null),
    ],
  );
}
