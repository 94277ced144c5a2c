import {
  Curve,
  DEFAULT_CONNECTION_CONFIG,
  DisconnectReason,
  makeWASocket,
  type BinaryNode,
  type SignalDataSet,
  type SignalDataTypeMap,
  type SignalRepositoryWithLIDStore,
  type WASocket,
} from '@whiskeysockets/baileys';
import { newWaKeyId, phoneToJid } from '@waypost/kernel';
import { quietLogger } from '../whatsapp/quiet-logger.js';
import type { LinkedState } from './bare-state.js';

const ACK_MS = 15_000;
const OPEN_MS = 60_000;
const PRE_KEYS = 812;

/** Baileys as its examples use it: stock repository, keys in memory, nothing durable. */
export class BareSession {
  /** Messages decrypted. */
  received = 0;
  private socket?: WASocket;
  private readonly acks = new Map<string, () => void>();

  constructor(
    readonly state: LinkedState,
    private readonly webSocketUrl: string,
  ) {}

  /** Connects; links first if `scan` is given. Resolves when the connection is open. */
  open(scan?: (qr: string) => void): Promise<void> {
    const { creds } = this.state;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('not open in time')), OPEN_MS);
      const start = () => {
        const socket = makeWASocket({
          auth: { creds, keys: memoryKeys(this.state.keys) },
          waWebSocketUrl: this.webSocketUrl,
          logger: quietLogger(() => undefined),
          markOnlineOnConnect: false,
          syncFullHistory: false,
          emitOwnEvents: false,
          makeSignalRepository: (...args) =>
            this.counting(DEFAULT_CONNECTION_CONFIG.makeSignalRepository(...args)),
        });
        this.socket = socket;
        socket.ev.on('creds.update', (changes) => void Object.assign(creds, changes));
        socket.ws.on('CB:ack,class:message', ({ attrs }: BinaryNode) => this.acks.get(attrs.id ?? '')?.());
        socket.ev.on('connection.update', ({ qr, connection, lastDisconnect }) => {
          if (qr) scan?.(qr);
          if (connection === 'open') {
            clearTimeout(timer);
            resolve();
          }
          const { output } = (lastDisconnect?.error ?? {}) as { output?: { statusCode?: number } };
          if (connection === 'close' && output?.statusCode === DisconnectReason.restartRequired) start();
        });
      };
      start();
    });
  }

  /** Sends a text to the account's contact. @returns whether the server acknowledged it */
  async send(): Promise<boolean> {
    const messageId = newWaKeyId();
    const acknowledged = new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), ACK_MS);
      this.acks.set(messageId, () => {
        clearTimeout(timer);
        resolve(true);
      });
    });
    await this.socket!.sendMessage(
      phoneToJid(this.state.contact),
      { text: `Good morning, your order ${messageId} is ready`, linkPreview: null },
      { messageId },
    );
    return acknowledged.finally(() => this.acks.delete(messageId));
  }

  async close(): Promise<void> {
    await this.socket?.end(undefined);
  }

  /** Counts right before the receipt, as a committed event is counted: `messages.upsert` comes in heaps. */
  private counting(stock: SignalRepositoryWithLIDStore): SignalRepositoryWithLIDStore {
    return {
      ...stock,
      decryptMessage: async (call) => {
        const plaintext = await stock.decryptMessage(call);
        this.received++;
        return plaintext;
      },
    };
  }
}

/** So many pre-keys that linking makes none itself: they would be most of the time that it takes. */
export function preparedPreKeys(): SignalDataTypeMap['pre-key'][] {
  return Array.from({ length: PRE_KEYS }, () => Curve.generateKeyPair());
}

function memoryKeys(data: SignalDataSet) {
  const all = data as Record<string, Record<string, unknown>>;
  return {
    get: async <T extends keyof SignalDataTypeMap>(type: T, ids: string[]) => {
      const values = all[type] ?? {};
      return Object.fromEntries(
        ids.filter((id) => values[id] !== undefined).map((id) => [id, values[id]]),
      ) as { [id: string]: SignalDataTypeMap[T] };
    },
    set: async (changes: SignalDataSet) => {
      for (const [type, values] of Object.entries(changes)) {
        const kept = (all[type] ??= {});
        for (const [id, value] of Object.entries(values ?? {})) {
          if (value === null || value === undefined) delete kept[id];
          else kept[id] = value;
        }
      }
    },
  };
}
