import {
  DEFAULT_CONNECTION_CONFIG,
  proto,
  unpadRandomMax16,
  type AuthenticationCreds,
  type SignalAuthState,
  type SignalKeyStoreWithTransaction,
  type SignalRepositoryWithLIDStore,
  type SocketConfig,
} from '@whiskeysockets/baileys';
import type { AccountStore } from '../unit-of-work/account-store.js';
import type { AddressForms, IdentifiedPart } from './address-forms.js';
import type { HistoryInbox } from './history-inbox.js';
import type { IncomingParts } from './incoming-parts.js';
import type { KeyStore } from './key-store.js';
import { unwrap } from './message-content.js';
import { messageEvent } from './message-event.js';
import { OneSessionAtATime } from './one-session-at-a-time.js';
import { resentByPhone } from './phone-resend.js';

const MOST_REPEATS = 100;

export interface RepositoryOptions {
  store: AccountStore;
  keys: KeyStore;
  parts: IncomingParts;
  forms: AddressForms;
  history: HistoryInbox;
  creds: AuthenticationCreds;
  /** Makes the credentials, which were changed, part of the open unit. */
  keepCreds: () => void;
}

/**
 * Baileys' own Signal repository, with one unit of work around every ratchet step.
 *
 * Receiving: Baileys sends the receipt after `decryptMessage` resolves, so ratchet and event are committed before it does. A
 * redelivery whose key was used up by a committed decryption gets the stored plaintext, hence an ordinary receipt.
 * Sending: the sender's ratchet is committed before `encryptMessage` resolves, hence before the wire; a crash never reuses a counter.
 *
 * The repository works on the store directly: its writes are visible at once, even inside Baileys' long transactions, of which only the
 * mutexes are kept.
 */
export function signalRepository(options: RepositoryOptions): SocketConfig['makeSignalRepository'] {
  return (auth, logger, pnToLid) => {
    const { transaction, isInTransaction } = auth.keys as SignalKeyStoreWithTransaction;
    const sessions = new OneSessionAtATime({
      get: options.keys.getOrFail,
      set: async (data) => options.keys.note(data),
    });
    const direct: SignalAuthState = {
      creds: auth.creds,
      keys: {
        get: sessions.get,
        set: sessions.set,
        transaction,
        isInTransaction,
      } as SignalKeyStoreWithTransaction,
    };
    const stock = DEFAULT_CONNECTION_CONFIG.makeSignalRepository(direct, logger, pnToLid);
    return new UnitRepository(stock, sessions, options).asRepository();
  };
}

class UnitRepository {
  /** Distribution messages that were processed inside the unit of their own part; Baileys asks once more right afterwards. */
  private readonly processed = new Set<string>();

  constructor(
    private readonly stock: SignalRepositoryWithLIDStore,
    private readonly sessions: OneSessionAtATime,
    private readonly options: RepositoryOptions,
  ) {}

  asRepository(): SignalRepositoryWithLIDStore {
    const { store } = this.options;
    return {
      ...this.stock,
      decryptMessage: (call) =>
        this.receive(call.ciphertext, () =>
          call.type === 'msg'
            ? this.sessions.try(() => this.stock.decryptMessage(call))
            : this.stock.decryptMessage(call),
        ),
      decryptGroupMessage: (call) => this.receive(call.msg, () => this.stock.decryptGroupMessage(call)),
      encryptMessage: (call) => this.send(() => this.stock.encryptMessage(call)),
      encryptGroupMessage: (call) => this.send(() => this.stock.encryptGroupMessage(call)),
      injectE2ESession: (call) => store.unit(() => this.stock.injectE2ESession(call)),
      // A record that is moved, deleted or looked at while a decryption tries its sessions would be one with a single session.
      migrateSession: (from, to) => store.unit(() => this.stock.migrateSession(from, to)),
      deleteSession: (jids) => store.unit(() => this.stock.deleteSession(jids)),
      validateSession: (jid) => store.unit(() => this.stock.validateSession(jid)),
      getSessionInfo: (jid) => store.unit(() => this.stock.getSessionInfo(jid)),
      getSenderKeyDistributionMessage: (call) =>
        store.unit(() => this.stock.getSenderKeyDistributionMessage(call)),
      processSenderKeyDistributionMessage: async (call) => {
        if (this.processed.delete(distributionId(call.item))) return;
        await store.unit(() => this.stock.processSenderKeyDistributionMessage(call));
      },
    };
  }

  private async receive(ciphertext: Uint8Array, decrypt: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const { store, parts } = this.options;
    const found = parts.find(ciphertext);
    const part = found && (await this.options.forms.identify(found));
    const outcome = await store.unit(async () => {
      try {
        const padded = await decrypt();
        if (part) await this.keep(part, unpadRandomMax16(padded));
        return { padded };
      } catch (error) {
        return { error };
      }
    });
    if ('error' in outcome) {
      const stored = part && (await this.readStored(part));
      if (stored) {
        const item = unwrap(proto.Message.decode(stored)).senderKeyDistributionMessage;
        if (item) this.expectRepeat(item);
        return Buffer.concat([stored, Buffer.from([1])]);
      }
      if (part) store.addEvent({ kind: 'undecryptable', name: part.name, event: part.envelope });
    }
    await store.commit();
    if ('error' in outcome) throw outcome.error;
    return outcome.padded;
  }

  /** The plaintext that was committed when this part came before, under whichever addresses. */
  private async readStored({ name, formerNames }: IdentifiedPart): Promise<Buffer | undefined> {
    for (const one of [name, ...formerNames]) {
      const stored = await this.options.store.readPlaintext(one);
      if (stored) return stored;
    }
    return undefined;
  }

  /** Notes the event of a decrypted part, and the sender key it brings: a later part of the same stanza needs it. */
  private async keep(part: IdentifiedPart, plaintext: Uint8Array): Promise<void> {
    const message = proto.Message.decode(plaintext);
    this.addEvent(part, message, plaintext);
    const inner = unwrap(message);
    // Others could write the same and change what this device holds for true.
    if (part.envelope.fromMe) await this.keepForDevice(part, inner);
    const item = inner.senderKeyDistributionMessage;
    if (!item?.groupId || !item.axolotlSenderKeyDistributionMessage) return;
    await this.stock.processSenderKeyDistributionMessage({ authorJid: part.author, item });
    this.expectRepeat(item);
  }

  private addEvent({ name, envelope }: IdentifiedPart, message: proto.IMessage, plaintext: Uint8Array): void {
    this.options.store.addEvent({ ...messageEvent(envelope, message), name, plaintext });
  }

  /** What the owner's phone tells this device. Baileys works through it after its receipt has left, when it would be too late to keep it. */
  private async keepForDevice({ envelope }: IdentifiedPart, content: proto.IMessage): Promise<void> {
    const { creds, forms, history, keys, keepCreds } = this.options;
    for (const { keyId, keyData } of content.protocolMessage?.appStateSyncKeyShare?.keys ?? []) {
      if (!keyId?.keyId || !keyData) continue;
      const id = Buffer.from(keyId.keyId).toString('base64');
      keys.note({ 'app-state-sync-key': { [id]: keyData } });
      creds.myAppStateKeyId = id;
      keepCreds();
    }
    const encoded = proto.Message.encode(content).finish();
    await history.note(envelope.keyId, envelope.timestamp, content, encoded);
    for (const resent of resentByPhone(content, creds.me?.id ?? '')) {
      this.addEvent(await forms.identify(resent.part), resent.content, resent.plaintext);
    }
  }

  private expectRepeat(item: proto.Message.ISenderKeyDistributionMessage): void {
    this.processed.add(distributionId(item));
    const [oldest] = this.processed;
    if (this.processed.size > MOST_REPEATS && oldest) this.processed.delete(oldest);
  }

  private async send<T>(encrypt: () => Promise<T>): Promise<T> {
    const { store } = this.options;
    const encrypted = await store.unit(encrypt);
    await store.commit();
    return encrypted;
  }
}

function distributionId(item: proto.Message.ISenderKeyDistributionMessage): string {
  return Buffer.from(item.axolotlSenderKeyDistributionMessage ?? []).toString('base64');
}
