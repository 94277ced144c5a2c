import makeWASocket, {
  initAuthCreds,
  WAMessageStubType,
  type AuthenticationCreds,
  type BinaryNode,
  type proto,
  type SignalDataSet,
  type SignalDataTypeMap,
  type WAMessage,
  type WAMessageUpdate,
  type WASocket,
} from '@whiskeysockets/baileys';
import { Agent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { RunningSandbox } from './running-sandbox.js';
import { eventually, found } from './waiting.js';

type Logger = NonNullable<Parameters<typeof makeWASocket>[0]['logger']>;
const silent = (): undefined => undefined;
const logger: Logger = {
  level: 'silent',
  child: () => logger,
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
};

// libsignal, under Baileys, prints sessions with their keys.
Object.assign(globalThis.console, { info: silent, warn: silent, error: silent });

// Baileys leaves timers of 2 to 30 seconds behind; they must not keep the tests from ending.
const setTimer = globalThis.setTimeout;
globalThis.setTimeout = ((work: (...values: unknown[]) => void, ms?: number, ...values: unknown[]) => {
  const timer = setTimer(work, ms, ...values);
  if ((ms ?? 0) >= 2_000) timer.unref();
  return timer;
}) as typeof setTimeout;

/** Baileys uploads files to https:// whatever the server says; this speaks plain HTTP all the same. */
const plainAgent = Object.assign(new Agent(), { protocol: 'https:' });

/** Stock Baileys with its keys in memory: what an integrator's linked device is to the network. */
export class TestDevice {
  readonly creds: AuthenticationCreds = initAuthCreds();
  readonly received: WAMessage[] = [];
  readonly updates: WAMessageUpdate[] = [];
  /** `class=message` acks, in the order of arrival. */
  readonly acks: BinaryNode['attrs'][] = [];
  /** Every stanza of the latest connection. */
  stanzas: BinaryNode[] = [];
  /** Status codes with which connections ended. */
  readonly closes: number[] = [];
  readonly sent = new Map<string, proto.IMessage>();
  qr: string | undefined;
  socket!: WASocket;
  state: 'connecting' | 'open' | 'close' = 'connecting';
  private keys = new Map<string, unknown>();

  constructor(public sandbox: RunningSandbox) {}

  /** Opens a connection and does not wait for it. */
  connect(options: Partial<Parameters<typeof makeWASocket>[0]> = {}): this {
    this.state = 'connecting';
    this.qr = undefined;
    const socket = makeWASocket({
      waWebSocketUrl: this.sandbox.webSocketUrl,
      auth: { creds: this.creds, keys: this.keyStore() },
      logger,
      syncFullHistory: false,
      emitOwnEvents: false,
      markOnlineOnConnect: false,
      retryRequestDelayMs: 10,
      fetchAgent: plainAgent as unknown as HttpsAgent,
      getMessage: ({ id }) => Promise.resolve(this.sent.get(id ?? '')),
      ...options,
    });
    this.socket = socket;
    this.stanzas = [];
    socket.ws.on('frame', (frame: BinaryNode | Uint8Array) => {
      if (!(frame instanceof Uint8Array) && this.socket === socket) this.stanzas.push(frame);
    });
    socket.ev.on('creds.update', (update) => Object.assign(this.creds, update));
    socket.ev.on('connection.update', ({ qr, connection, lastDisconnect }) => {
      if (qr) this.qr = qr;
      if (this.socket !== socket || !connection) return;
      this.state = connection;
      const error = lastDisconnect?.error as { output?: { statusCode: number } } | undefined;
      if (connection === 'close') this.closes.push(error?.output?.statusCode ?? 0);
    });
    socket.ev.on('messages.upsert', ({ messages }) => this.received.push(...messages));
    socket.ev.on('messages.update', (updates) => this.updates.push(...updates));
    socket.ws.on('CB:ack,class:message', (ack: BinaryNode) => this.acks.push(ack.attrs));
    return this;
  }

  /** Connects a linked device, and returns when messages can pass. */
  async open(): Promise<this> {
    this.connect();
    await eventually(() => this.state === 'open');
    const device = Number(/:(\d+)@/.exec(this.creds.me!.id)?.[1]);
    const phone = this.creds.me!.id.split(':')[0]!;
    await eventually(async () => {
      const { devices } = await this.sandbox.account(phone);
      return devices.find((each) => each.device === device)?.state === 'active';
    });
    return this;
  }

  /** Shows a QR, has it scanned, and connects again as a member of the account. */
  async linkByQr(phone: string, name = 'Owner'): Promise<this> {
    this.connect();
    const qr = await found(() => this.qr);
    await this.sandbox.ask('POST', '/pairings', { qr, phone, name });
    await this.closed(1);
    return this.open();
  }

  /** Waits until so many connections have ended. @returns the status code of the last */
  async closed(count: number): Promise<number> {
    await eventually(() => this.closes.length >= count);
    return this.closes.at(-1)!;
  }

  async send(to: string, text: string, messageId?: string): Promise<string> {
    const jid = to.includes('@') ? to : `${to.replace('+', '')}@s.whatsapp.net`;
    const message = await this.socket.sendMessage(jid, { text }, { messageId });
    this.sent.set(message!.key.id!, message!.message!);
    return message!.key.id!;
  }

  /** Received texts in order. */
  texts(): (string | undefined)[] {
    return this.received
      .map(({ message }) => message?.conversation ?? message?.extendedTextMessage?.text ?? undefined)
      .filter((text) => text !== undefined);
  }

  /** Messages that could not be decrypted. */
  unreadable(): WAMessage[] {
    return this.received.filter(({ messageStubType }) => messageStubType === WAMessageStubType.CIPHERTEXT);
  }

  /** Tears the connection down without a word, before Baileys does anything more. */
  tearDown(): void {
    (this.socket.ws as unknown as { socket: { terminate(): void } }).socket.terminate();
  }

  /** Remembers all keys; the function given back returns to them, as a crash before a commit does. */
  rememberKeys(): () => void {
    const keys = new Map(this.keys);
    const creds = { ...this.creds };
    return () => {
      this.keys = keys;
      Object.assign(this.creds, creds);
    };
  }

  /** Loses the Signal sessions with everybody. */
  forgetSessions(): void {
    for (const key of this.keys.keys()) if (key.startsWith('session ')) this.keys.delete(key);
  }

  /** Loses the keys with which others write to groups, and its own. */
  forgetSenderKeys(): void {
    for (const key of this.keys.keys()) if (key.startsWith('sender-key ')) this.keys.delete(key);
  }

  async stop(): Promise<void> {
    if (this.socket && this.state !== 'close') await this.socket.end(undefined);
  }

  private keyStore() {
    return {
      get: <T extends keyof SignalDataTypeMap>(type: T, ids: string[]) => {
        const found: Record<string, SignalDataTypeMap[T]> = {};
        for (const id of ids) {
          const value = this.keys.get(`${type} ${id}`);
          if (value !== undefined) found[id] = structuredClone(value) as SignalDataTypeMap[T];
        }
        return revive(found);
      },
      set: (data: SignalDataSet) => {
        for (const [type, entries] of Object.entries(data)) {
          for (const [id, value] of Object.entries(entries ?? {})) {
            if (value === null) this.keys.delete(`${type} ${id}`);
            else this.keys.set(`${type} ${id}`, value);
          }
        }
      },
    };
  }
}

/** structuredClone makes plain arrays of Buffers. */
function revive<Value>(value: Value): Value {
  if (value instanceof Uint8Array) return Buffer.from(value) as Value;
  if (Array.isArray(value)) return value.map(revive) as Value;
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, revive(each)])) as Value;
  }
  return value;
}
