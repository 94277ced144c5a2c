import { proto, type WAMessage } from '@whiskeysockets/baileys';
import type { AccountStore } from '../unit-of-work/account-store.js';

const TYPE = 'history-inbox';
const ID = 'waiting';
const MOST_WAITING = 100;
const MOST_TRIES = 5;

interface Waiting {
  keyId: string;
  timestamp: number;
  /** The message that announces the history, encoded, in base64. */
  message: string;
  syncType: number;
  chunkOrder: number;
  tries: number;
}

/** How a piece of history is named in Baileys' event about it. */
export interface HistoryPiece {
  syncType?: number | null;
  chunkOrder?: number | null;
}

const Type = proto.HistorySync.HistorySyncType;
/** Those that Baileys works through; the full history is not wanted. */
const WANTED: number[] = [
  Type.INITIAL_BOOTSTRAP,
  Type.INITIAL_STATUS_V3,
  Type.RECENT,
  Type.PUSH_NAME,
  Type.NON_BLOCKING_DATA,
  Type.ON_DEMAND,
];

/**
 * History that the phone has sent and that was not worked through yet. Baileys downloads it after its receipt has left, so a crash in
 * between would lose the names, LIDs and privacy tokens in it. What is left over is worked through by the next connection.
 */
export class HistoryInbox {
  constructor(private readonly store: Pick<AccountStore, 'get' | 'set' | 'unit'>) {}

  /** Keeps the announcement, if it is one. Call it within the unit of its message, which the account itself must have sent. */
  async note(keyId: string, timestamp: number, content: proto.IMessage, encoded: Uint8Array): Promise<void> {
    const piece = content.protocolMessage?.historySyncNotification;
    if (!piece || !WANTED.includes(piece.syncType ?? -1)) return;
    const others = (await this.read()).filter((waiting) => waiting.keyId !== keyId);
    const message = Buffer.from(encoded).toString('base64');
    this.write([...others, { keyId, timestamp, message, ...nameOf(piece), tries: 0 }]);
  }

  /** Baileys has worked through a piece, and what it told is noted. */
  async done(piece: HistoryPiece): Promise<void> {
    const { syncType, chunkOrder } = nameOf(piece);
    await this.store.unit(async () => {
      const waiting = await this.read();
      const index = waiting.findIndex((one) => one.syncType === syncType && one.chunkOrder === chunkOrder);
      if (index !== -1) this.write(waiting.toSpliced(index, 1));
    });
  }

  /**
   * Messages to be handed to Baileys as if they came now. One that fails time and again, or ends the process, is given up; the try counts before it
   * is made.
   */
  async leftOver(ownJid: string): Promise<WAMessage[]> {
    return this.store.unit(async () => {
      const waiting = (await this.read())
        .map((one) => ({ ...one, tries: one.tries + 1 }))
        .filter(({ tries }) => tries <= MOST_TRIES);
      if (waiting.length > 0) this.write(waiting);
      return waiting.map(({ keyId, timestamp, message }) => ({
        key: { remoteJid: ownJid, fromMe: true, id: keyId },
        message: proto.Message.decode(Buffer.from(message, 'base64')),
        messageTimestamp: timestamp,
      }));
    });
  }

  /** The connection ended before the try did: it does not count. */
  async interrupted(keyId: string): Promise<void> {
    await this.store.unit(async () => {
      const waiting = await this.read();
      const one = waiting.find((each) => each.keyId === keyId);
      if (!one) return;
      one.tries = Math.max(0, one.tries - 1);
      this.write(waiting);
    });
  }

  private async read(): Promise<Waiting[]> {
    const value = (await this.store.get(TYPE, [ID])).get(ID);
    return value ? (JSON.parse(value.toString('utf8')) as Waiting[]) : [];
  }

  private write(waiting: Waiting[]): void {
    const kept = waiting.slice(-MOST_WAITING);
    this.store.set(TYPE, ID, kept.length > 0 ? Buffer.from(JSON.stringify(kept)) : null);
  }
}

function nameOf({ syncType, chunkOrder }: HistoryPiece): { syncType: number; chunkOrder: number } {
  return { syncType: syncType ?? 0, chunkOrder: chunkOrder ?? 0 };
}
