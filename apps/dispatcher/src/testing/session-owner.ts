import {
  LookUpReply,
  LookUpRequest,
  SendReply,
  SendRequest,
  parseContract,
  subjects,
} from '@waypost/contracts';
import { PodNatsServer } from '@waypost/messaging';
import { uuidv7 } from '@waypost/kernel';

export type TestAnswer = Omit<SendReply, 'messageId'>;

/** A send as the far side saw it; times by performance.now(). */
export interface SeenSend {
  request: SendRequest;
  at: number;
  /** When the answer left, or was due; absent while it is held back. */
  endedAt?: number;
}

export interface SeenLookUp {
  request: LookUpRequest;
  at: number;
}

/**
 * Stands in for a wa-session pod: takes sends and look-ups over real NATS, as the contracts say, and answers as told. Unless told otherwise
 * every send is acknowledged and every number is on WhatsApp.
 */
export class SessionOwner {
  /** Unique, so that tests on one NATS do not meet. */
  readonly pod = `owner-${uuidv7()}`;
  readonly sends: SeenSend[] = [];
  readonly lookUps: SeenLookUp[] = [];
  private readonly server: PodNatsServer;
  private answering: (request: SendRequest) => TestAnswer | Promise<TestAnswer> = () => ({
    outcome: 'acked',
  });
  private lookingUp: (request: LookUpRequest) => LookUpReply | Promise<LookUpReply> = ({ jid }) => ({
    outcome: 'found',
    jid,
  });

  constructor(natsUrl: string) {
    this.server = new PodNatsServer(natsUrl, this.pod);
    this.server.addHandler(
      subjects.send,
      async (data: unknown) => this.take(parseContract(SendRequest, data)) as never,
    );
    this.server.addHandler(
      subjects.lookUp,
      async (data: unknown) => this.takeLookUp(parseContract(LookUpRequest, data)) as never,
    );
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve, reject) => {
      void this.server.listen((error?: unknown) => (error ? reject(error) : resolve()));
    });
    return this;
  }

  async stop(): Promise<void> {
    await this.server.close();
  }

  /** From now on answer like this. */
  answer(answering: (request: SendRequest) => TestAnswer | Promise<TestAnswer>): void {
    this.answering = answering;
  }

  answerLookUps(answering: (request: LookUpRequest) => LookUpReply | Promise<LookUpReply>): void {
    this.lookingUp = answering;
  }

  of(accountId: string): SeenSend[] {
    return this.sends.filter(({ request }) => request.accountId === accountId);
  }

  private async take(request: SendRequest): Promise<SendReply> {
    // As the contract says: its caller has given up, it must not be started.
    if (Date.now() > request.deadlineAt) return { messageId: request.messageId, outcome: 'not_connected' };
    const send: SeenSend = { request, at: performance.now() };
    this.sends.push(send);
    const answer = await this.answering(request);
    // A session gives up at the deadline, and its caller with it, however late a busy process gets here.
    send.endedAt = Math.min(performance.now(), request.deadlineAt - performance.timeOrigin);
    return { messageId: request.messageId, ...answer };
  }

  private async takeLookUp(request: LookUpRequest): Promise<LookUpReply> {
    if (Date.now() > request.deadlineAt) return { outcome: 'not_connected' };
    this.lookUps.push({ request, at: performance.now() });
    return this.lookingUp(request);
  }
}
