import { proto } from '@whiskeysockets/baileys';
import type { RawData, WebSocket } from 'ws';
import { frame, FrameReader } from '../noise/frames.js';
import { ServerHandshake, type NoiseTransport } from '../noise/server-handshake.js';
import type { ServerIdentity } from '../noise/server-identity.js';
import { decodeNode, encodeNode, type Node } from '../nodes/node.js';

const HANDSHAKE_TIMEOUT_MS = 20_000;
/** How long a closing connection may take to say goodbye before it is cut. */
const CLOSE_TIMEOUT_MS = 1_000;

export interface ClientHello {
  payload: proto.IClientPayload;
  /** The client's static Noise key, 32 bytes: what it proves to own. */
  noiseKey: Buffer;
}

/** What a connection tells its owner. Calls come one at a time, in the order of the frames. */
export interface ConnectionListener {
  onHello(connection: WireConnection, hello: ClientHello): Promise<void>;
  onStanza(connection: WireConnection, stanza: Node, arrivedAt: Date): Promise<void>;
  onClosed(connection: WireConnection, reason: string): void;
}

/** How a broken network treats this connection. */
export interface Weather {
  /** What the server sends arrives this many milliseconds later. */
  delayMs(): number;
  /** The peer believes that the connection lives, but nothing passes in either direction. */
  dead(): boolean;
}

/** One client on the wire: WebSocket, Noise and packed stanzas. Knows nothing of accounts. */
export class WireConnection {
  readonly frames = { received: 0, sent: 0 };
  private readonly reader = new FrameReader();
  private handshake: ServerHandshake | undefined;
  private transport: NoiseTransport | undefined;
  private inbound: Promise<void> = Promise.resolve();
  private readonly outbound: { bytes: Uint8Array; due: number }[] = [];
  private outboundTimer: NodeJS.Timeout | undefined;
  private readonly handshakeTimer: NodeJS.Timeout;
  /** Why the server ended the connection. */
  private closeReason: string | undefined;
  private breakReason: string | undefined;
  private finished = false;
  weather: Weather = { delayMs: () => 0, dead: () => false };

  constructor(
    readonly id: number,
    private readonly socket: WebSocket,
    private readonly identity: ServerIdentity,
    private readonly listener: ConnectionListener,
    /** The host and port through which the client came. */
    readonly host: string,
  ) {
    this.handshakeTimer = setTimeout(() => this.cut('handshake timed out'), HANDSHAKE_TIMEOUT_MS);
    socket.on('message', (data) => this.receive(data));
    // The other side broke off: its last frames still count.
    socket.on('error', (error) => (this.breakReason = error.message));
    socket.on('close', () => this.finish());
  }

  get open(): boolean {
    return !this.finished && this.closeReason === undefined;
  }

  send(stanza: Node): void {
    if (!this.open || !this.transport || this.weather.dead()) return;
    this.write(encodeNode(stanza));
  }

  /** Says goodbye in WebSocket's terms after everything sent so far. */
  close(reason: string): void {
    if (!this.open) return;
    const delay = this.outbound.length === 0 ? 0 : Math.max(0, this.outbound.at(-1)!.due - performance.now());
    this.closeReason = reason;
    setTimeout(() => {
      this.flush();
      this.socket.close();
      setTimeout(() => this.socket.terminate(), CLOSE_TIMEOUT_MS).unref();
    }, delay);
  }

  /** Drops the connection as a broken network does. */
  cut(reason: string): void {
    this.closeReason ??= reason;
    this.socket.terminate();
  }

  private receive(data: RawData): void {
    const arrivedAt = new Date();
    if (!this.open || this.weather.dead()) return;
    const frames = this.inGoodFaith(() => this.reader.push(data as Buffer)) ?? [];
    for (const bytes of frames) {
      this.frames.received += 1;
      this.inbound = this.inbound.then(() => this.handle(bytes, arrivedAt));
    }
  }

  private async handle(bytes: Buffer, arrivedAt: Date): Promise<void> {
    // What arrived before the client hung up counts; what arrives after the server did, does not.
    if (this.closeReason !== undefined) return;
    try {
      if (this.transport) {
        await this.listener.onStanza(this, await decodeNode(this.transport.decrypt(bytes)), arrivedAt);
      } else {
        await this.shakeHands(bytes);
      }
    } catch (error) {
      this.cut((error as Error).message);
    }
  }

  private async shakeHands(bytes: Buffer): Promise<void> {
    const { clientHello, clientFinish } = proto.HandshakeMessage.decode(bytes);
    if (!this.handshake) {
      if (!clientHello?.ephemeral) throw new Error('expected a client hello');
      this.handshake = new ServerHandshake(this.identity.key, this.identity.certificate);
      const serverHello = this.handshake.hello(clientHello.ephemeral);
      this.writeFrame(proto.HandshakeMessage.encode({ serverHello }).finish());
      return;
    }
    if (!clientFinish?.static || !clientFinish.payload) throw new Error('expected a client finish');
    const { clientKey, payload, transport } = this.handshake.finish(
      clientFinish.static,
      clientFinish.payload,
    );
    this.transport = transport;
    clearTimeout(this.handshakeTimer);
    await this.listener.onHello(this, { payload: proto.ClientPayload.decode(payload), noiseKey: clientKey });
  }

  private write(bytes: Uint8Array): void {
    const delay = this.weather.delayMs();
    if (delay === 0 && this.outbound.length === 0) {
      this.writeFrame(this.transport!.encrypt(bytes));
      return;
    }
    // Later frames never overtake: a shorter delay waits for the longer one before it.
    const due = Math.max(performance.now() + delay, this.outbound.at(-1)?.due ?? 0);
    this.outbound.push({ bytes, due });
    this.outboundTimer ??= setTimeout(() => this.release(), delay);
  }

  private release(): void {
    this.outboundTimer = undefined;
    while (this.outbound.length > 0 && this.outbound[0]!.due <= performance.now()) {
      this.writeFrame(this.transport!.encrypt(this.outbound.shift()!.bytes));
    }
    const next = this.outbound[0];
    if (next)
      this.outboundTimer = setTimeout(() => this.release(), Math.max(1, next.due - performance.now()));
  }

  private flush(): void {
    for (const { bytes } of this.outbound.splice(0)) this.writeFrame(this.transport!.encrypt(bytes));
  }

  private writeFrame(payload: Uint8Array): void {
    this.frames.sent += 1;
    this.socket.send(frame(payload));
  }

  private inGoodFaith<Result>(work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      this.cut((error as Error).message);
      return undefined;
    }
  }

  private finish(): void {
    this.finished = true;
    clearTimeout(this.handshakeTimer);
    clearTimeout(this.outboundTimer);
    void this.inbound.then(() =>
      this.listener.onClosed(this, this.closeReason ?? this.breakReason ?? 'closed by the client'),
    );
  }
}
