import type { LookUpReply, LookUpRequest, SendFile, SendReply, SendRequest } from '@waypost/contracts';
import { within } from '@waypost/kernel';
import { BoundedCache } from '../whatsapp/bounded-cache.js';
import type { FileToSend } from '../whatsapp/whatsapp-connection.js';
import { describeError } from './describe-error.js';
import { SendRefused } from './send-refused.js';
import type { SentMessage } from './sent-messages.js';

/** The live connection, as sending uses it. */
export interface SendingConnection {
  sendText(jid: string, keyId: string, text: string): Promise<void>;
  prepareFile(file: FileToSend): Promise<Buffer>;
  sendPrepared(jid: string, keyId: string, encoded: Buffer): Promise<void>;
  newChatsLockedUntil(): Promise<number | undefined>;
  lookUp(phoneJid: string): Promise<string | undefined>;
  terminate(reason: string): void;
}

/** What sending needs of the world. */
export interface SendingPorts {
  /** The content of a file that is to be sent. */
  readFile(fileId: string): Promise<Buffer | undefined>;
  findSent(keyId: string): Promise<SentMessage | undefined>;
  /** @returns what is kept under the key id; undefined when the lease is lost */
  keepSent(keyId: string, encoded: Buffer): Promise<Buffer | undefined>;
  log(level: 'info' | 'warn' | 'error', event: string, fields: Record<string, unknown>): void;
}

/** How a send ended, for whoever asked for it. */
type SendOutcome = Omit<SendReply, 'messageId'>;

const NEW_CHATS_LOCKED = '463';
/** What WhatsApp does not take by then, or Baileys cannot send, is the message's own fault: it must not hold up its account. */
const MOST_FAILED_TRIES = 5;
const MOST_FAILING = 1_000;
/** How long to ask WhatsApp for the end of a lock, when a message was refused because of it. */
const LOCK_QUESTION_MS = 2_000;

/** What one account sends and asks: one answer for each request, in time, whatever the connection does. */
export class Sends {
  private readonly acks = new Map<string, (outcome: SendOutcome) => void>();
  private readonly inFlight = new Map<string, Promise<SendReply>>();
  /** How often messages could not even be put on the wire, by key id. */
  private readonly failedTries = new BoundedCache(MOST_FAILING);
  /** Key ids of messages that were on the wire without an answer: a person may have them. */
  private readonly mayHaveArrived = new BoundedCache(MOST_FAILING);
  private connectionsLost = 0;

  constructor(
    private readonly ports: SendingPorts,
    private readonly leaseLost: () => void,
  ) {}

  /** @param connection that may be used for it, if any */
  async send(request: SendRequest, connection: SendingConnection | undefined): Promise<SendReply> {
    const running = this.inFlight.get(request.keyId);
    if (running) return running;
    const { connectionsLost } = this;
    const reply = this.transmit(request, connection)
      .catch((error: unknown) => {
        if (error instanceof SendRefused) {
          return { outcome: 'rejected' as const, code: error.code, reason: error.reason };
        }
        this.ports.log('warn', 'session.send_failed', {
          messageId: request.messageId,
          error: describeError(error),
        });
        return !isPassing(error) && this.wasLastTry(request.keyId, connectionsLost)
          ? {
              outcome: 'rejected' as const,
              code: 'send_failed',
              reason: 'WhatsApp does not take this message',
            }
          : { outcome: 'unknown' as const };
      })
      .then((outcome) => ({ messageId: request.messageId, ...outcome }))
      .finally(() => this.inFlight.delete(request.keyId));
    this.inFlight.set(request.keyId, reply);
    return reply;
  }

  /** Asks WhatsApp whether a phone number is there, and under which address. */
  async lookUp(request: LookUpRequest, connection: SendingConnection | undefined): Promise<LookUpReply> {
    if (!connection) return { outcome: 'not_connected' };
    try {
      const answer = await within(
        request.deadlineAt - Date.now(),
        connection.lookUp(request.jid).then((jid) => ({ jid })),
      );
      if (!answer) return { outcome: 'unknown' };
      return answer.jid === undefined ? { outcome: 'missing' } : { outcome: 'found', jid: answer.jid };
    } catch (error) {
      this.ports.log('warn', 'session.look_up_failed', { error: describeError(error) });
      return { outcome: 'unknown' };
    }
  }

  /** WhatsApp's server acknowledged a message, or refused it. */
  answered(keyId: string, errorCode?: string): void {
    this.acks.get(keyId)?.(
      errorCode
        ? { outcome: 'rejected', code: errorCode, reason: `WhatsApp refused the message (${errorCode})` }
        : { outcome: 'acked' },
    );
  }

  /** No acknowledgement will come any more. */
  connectionLost(): void {
    this.connectionsLost++;
    for (const settle of this.acks.values()) settle({ outcome: 'unknown' });
  }

  /** Resolves when nothing is in flight that is in flight now. */
  async ended(): Promise<void> {
    await Promise.allSettled([...this.inFlight.values()]);
  }

  private async transmit(
    request: SendRequest,
    connection: SendingConnection | undefined,
  ): Promise<SendOutcome> {
    if (!connection) return { outcome: 'not_connected' };
    const encoded = request.file && (await this.prepare(connection, request, request.file));
    // Nothing has left; and when its caller has given up meanwhile, nothing may.
    if ((request.file && !encoded) || request.deadlineAt <= Date.now()) return { outcome: 'not_connected' };

    const { recipientJid, keyId, text, deadlineAt } = request;
    let written = false;
    const answered = new Promise<SendOutcome>((resolve) => this.acks.set(keyId, resolve));
    try {
      const sent = (
        encoded
          ? connection.sendPrepared(recipientJid, keyId, encoded)
          : connection.sendText(recipientJid, keyId, text)
      ).then(() => {
        written = true;
        this.mayHaveArrived.set(keyId, true);
        return answered;
      });
      const reply = await within(deadlineAt - Date.now(), sent);
      if (reply?.code === NEW_CHATS_LOCKED) return { ...reply, ...(await this.lockOf(connection)) };
      if (reply) return reply;
      // Its caller gives up now and will try again: it must not leave later by itself.
      if (!written) connection.terminate('a send was not on the wire in time');
      return { outcome: 'unknown' };
    } finally {
      this.acks.delete(keyId);
    }
  }

  /**
   * The message of a file: the one of an earlier try, or a new one, uploaded and kept before it may be on the wire.
   * @returns undefined when it cannot be had now
   * @throws SendRefused when there is no such file
   */
  private async prepare(
    connection: SendingConnection,
    { keyId, text, deadlineAt }: SendRequest,
    { fileId, kind, name, mimeType }: SendFile,
  ): Promise<Buffer | undefined> {
    const earlier = await this.unlessAway(this.ports.findSent(keyId));
    if (earlier && 'encoded' in earlier) return earlier.encoded;
    const content = earlier === null ? null : await this.unlessAway(this.ports.readFile(fileId));
    if (content === null) return undefined;
    if (!content)
      throw new SendRefused('file_missing', 'The file is not stored any more; send the message again');
    const { connectionsLost } = this;
    const prepared = await within(
      deadlineAt - Date.now(),
      connection.prepareFile({ kind, name, mimeType, content, caption: text }),
    ).catch((error: unknown) =>
      this.ports.log('warn', 'session.upload_failed', { error: describeError(error) }),
    );
    if (!prepared) {
      if (this.wasLastTry(keyId, connectionsLost))
        throw new SendRefused('upload_failed', 'WhatsApp does not take this file');
      return undefined;
    }
    const kept = await this.unlessAway(this.ports.keepSent(keyId, prepared));
    if (kept === undefined) this.leaseLost();
    return kept ?? undefined;
  }

  /** @returns null when the store is away, for all messages: that is no fault of this one */
  private unlessAway<T>(answer: Promise<T>): Promise<T | null> {
    return answer.catch((error: unknown) => {
      this.ports.log('warn', 'session.store_away', { error: describeError(error) });
      return null;
    });
  }

  /**
   * Counts a try that failed, unless a connection was lost since it began.
   * @returns whether no other is to follow: never when a person may have the message already
   */
  private wasLastTry(keyId: string, connectionsLostBefore: number): boolean {
    if (this.connectionsLost !== connectionsLostBefore || this.mayHaveArrived.get(keyId)) return false;
    const tries = (this.failedTries.get<number>(keyId) ?? 0) + 1;
    const last = tries >= MOST_FAILED_TRIES;
    if (last) this.failedTries.del(keyId);
    else this.failedTries.set(keyId, tries);
    return last;
  }

  private async lockOf(connection: SendingConnection): Promise<Pick<SendReply, 'newChatsLockedUntil'>> {
    const until = await within(
      LOCK_QUESTION_MS,
      connection.newChatsLockedUntil().catch(() => undefined),
    );
    return until === undefined ? {} : { newChatsLockedUntil: until };
  }
}

const CONNECTION_TROUBLE = [408, 428, 440, 503, 515];
const TOO_OFTEN = 429;

/** What fails so may work the next time, whatever the message. */
function isPassing(error: unknown): boolean {
  const { output, data } = error as { output?: { statusCode?: number }; data?: unknown };
  return CONNECTION_TROUBLE.includes(output?.statusCode ?? 0) || data === TOO_OFTEN;
}
