import {
  Browsers,
  BufferJSON,
  configureSuccessfulPairing,
  generateWAMessageContent,
  DisconnectReason,
  initAuthCreds,
  makeWASocket,
  proto,
  S_WHATSAPP_NET,
  type AnyMessageContent,
  type AuthenticationCreds,
  type BinaryNode,
  type WASocket,
} from '@whiskeysockets/baileys';
import type { AckEvent, FileKind } from '@waypost/contracts';
import { bareJid, jidToPhone } from '@waypost/kernel';
import { Agent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { SentMessage } from '../sessions/sent-messages.js';
import type { AccountStore } from '../unit-of-work/account-store.js';
import { AddressForms } from './address-forms.js';
import { BoundedCache, type SessionMemory } from './bounded-cache.js';
import { parseVersion } from './client-version.js';
import { DeviceLists } from './device-lists.js';
import { HistoryInbox } from './history-inbox.js';
import { IdentityEvents } from './identity-events.js';
import { IncomingParts } from './incoming-parts.js';
import { KeyStore } from './key-store.js';
import { DeviceLinking, type LinkingEvent } from './device-linking.js';
import { quietLogger } from './quiet-logger.js';
import { Restrictions } from './restrictions.js';
import { signalRepository } from './signal-repository.js';
import { SparePreKey } from './spare-pre-key.js';
import { listedIds, StanzaGate } from './stanza-gate.js';

/** What a connection tells its session, in the order in which it happens. `closed` is the last one. */
export type ConnectionEvent =
  | LinkingEvent
  | { type: 'linked' }
  /** What waited at WhatsApp comes in, before `open`. */
  | { type: 'progress' }
  | { type: 'open'; identity: AccountIdentity }
  | { type: 'acked'; keyId: string; errorCode?: string }
  /** Until when the account may not write to new contacts; null: it may again. */
  | { type: 'new_chats_locked'; until: Date | null }
  /** `banSeconds`: with 402, how long the ban lasts, as far as WhatsApp says. */
  | { type: 'closed'; code: number; reason: string; banSeconds?: number };

export interface AccountIdentity {
  phone: string;
  lid?: string;
  pushName?: string;
}

/** A file with all that its message tells. */
export interface FileToSend {
  kind: FileKind;
  name: string;
  mimeType: string;
  content: Buffer;
  /** Empty for none. */
  caption: string;
}

/** Baileys uploads to https:// whatever the server says. A network that is reached without TLS has its files there as well. */
const plainAgent = Object.assign(new Agent(), { protocol: 'https:' });

export interface ConnectionOptions {
  store: AccountStore;
  /** Where the network is; WhatsApp's own address when absent. */
  webSocketUrl?: string;
  /** Of the client, as WhatsApp Web counts them: three numbers with dots. */
  version: string;
  /** Link by code for this phone (digits) instead of by QR; only for an account that is not linked. */
  linkByCodeFor?: string;
  /** A message sent earlier, for a recipient that asks for it again. */
  findSent: (keyId: string) => Promise<SentMessage | undefined>;
  on: (event: ConnectionEvent) => void;
  log: (message: string) => void;
}

const QUERY_TIMEOUT_MS = 20_000;
const UPLOAD_TIMEOUT_MS = 20_000;
const KEEP_ALIVE_MS = 20_000;
const LOG_OUT_MS = 5_000;
const MOST_ASKED_AGAIN = 1_000;
/** WhatsApp refuses to link by code what calls itself by a name that it does not know. Stable for the life of a link. */
const BROWSER = Browsers.windows('Chrome');
const BANNED_FOR_A_TIME = 402;

/** One WebSocket to WhatsApp (or the sandbox), from handshake to close. Make a new one to reconnect. */
export class WhatsAppConnection {
  private readonly creds: AuthenticationCreds;
  private readonly socket: WASocket;
  private readonly identities: IdentityEvents;
  private readonly logger: ReturnType<typeof quietLogger>;
  private readonly history: HistoryInbox;
  private readonly sparePreKey: SparePreKey;
  private readonly restrictions: Restrictions;
  /** Messages that a device could not read and asked for again. */
  private readonly askedAgain = new BoundedCache(MOST_ASKED_AGAIN);
  private closed = false;
  private opened = false;

  private constructor(
    private readonly options: ConnectionOptions,
    credentials: Buffer | undefined,
    memory: SessionMemory,
  ) {
    const { store } = options;
    this.logger = quietLogger(options.log);
    this.creds = credentials
      ? (JSON.parse(credentials.toString('utf8'), BufferJSON.reviver) as AuthenticationCreds)
      : initAuthCreds();
    const keys = new KeyStore(store);
    const keepCreds = () => this.keepCreds();
    const forms = new AddressForms(keys);
    this.history = new HistoryInbox(store);
    this.identities = new IdentityEvents({
      ...{ store, groups: memory.groups, told: memory.told },
      ask: (jid) => this.socket.groupMetadata(jid),
    });
    this.sparePreKey = new SparePreKey(this.creds, keys, keepCreds);
    if (this.creds.account) this.sparePreKey.replenish();
    const parts = new IncomingParts(() => {
      const { me } = this.creds;
      return me && { id: me.id, lid: me.lid ?? '' };
    });
    const { history } = this;
    this.socket = makeWASocket({
      auth: {
        creds: this.creds,
        keys: {
          get: keys.get,
          set: async (data) => {
            keys.note(data);
            await store.commit();
          },
        },
      },
      ...(options.webSocketUrl ? { waWebSocketUrl: options.webSocketUrl } : {}),
      ...(options.webSocketUrl?.startsWith('ws:') ? { fetchAgent: plainAgent as unknown as HttpsAgent } : {}),
      cachedGroupMetadata: (jid) => this.identities.group(jid),
      makeSignalRepository: signalRepository({
        store,
        keys,
        parts,
        forms,
        history,
        creds: this.creds,
        keepCreds,
      }),
      getMessage: async ({ id }) => {
        const sent = id ? await options.findSent(id) : undefined;
        if (!sent) return undefined;
        return 'encoded' in sent
          ? proto.Message.decode(sent.encoded)
          : proto.Message.fromObject({ conversation: sent.text });
      },
      userDevicesCache: new DeviceLists(store),
      msgRetryCounterCache: memory.retries,
      placeholderResendCache: memory.placeholders,
      logger: this.logger,
      version: parseVersion(options.version),
      browser: BROWSER,
      markOnlineOnConnect: false,
      syncFullHistory: false,
      emitOwnEvents: false,
      generateHighQualityLinkPreview: false,
      defaultQueryTimeoutMs: QUERY_TIMEOUT_MS,
      keepAliveIntervalMs: KEEP_ALIVE_MS,
    });
    const cut = (reason: string) => this.terminate(reason);
    const { log, on } = options;
    this.restrictions = new Restrictions(this.socket, (until) => on({ type: 'new_chats_locked', until }));
    const keepLink = (stanza: BinaryNode) => this.keepLink(stanza);
    new StanzaGate({ store, parts, forms, keepLink, log, cut }).guard(this.socket.ws);
    if (!this.creds.account)
      new DeviceLinking({ creds: this.creds, socket: this.socket, byCodeFor: options.linkByCodeFor, on, cut });
    this.listen(parts);
  }

  /** Reads the credentials (none: begins to link) and starts to connect; what follows comes as events. */
  static async open(options: ConnectionOptions, memory: SessionMemory): Promise<WhatsAppConnection> {
    return new WhatsAppConnection(options, await options.store.readCreds(), memory);
  }

  /**
   * Puts a text on the wire under the given key id. Resolves when its bytes are written; WhatsApp's answer comes as an
   * `acked` event. @throws when it could not be written
   */
  async sendText(jid: string, keyId: string, text: string): Promise<void> {
    // `linkPreview: null` keeps Baileys from fetching addresses that the text mentions.
    await this.socket.sendMessage(jid, { text, linkPreview: null }, { messageId: keyId });
  }

  /**
   * Encrypts and uploads a file.
   * @returns the message that shows it, as WhatsApp encodes it
   * @throws when the upload fails
   */
  async prepareFile({ kind, name, mimeType, content, caption }: FileToSend): Promise<Buffer> {
    const file = {
      [kind]: content,
      mimetype: mimeType,
      ...(kind === 'document' ? { fileName: name } : {}),
      ...(kind === 'audio' || caption === '' ? {} : { caption }),
      // An empty one keeps Baileys from making one, with programs that are not here.
      ...(kind === 'image' || kind === 'video' ? { jpegThumbnail: '' } : {}),
    } as unknown as AnyMessageContent;
    const message = await generateWAMessageContent(file, {
      upload: this.socket.waUploadToServer,
      logger: this.logger,
      mediaUploadTimeoutMs: UPLOAD_TIMEOUT_MS,
    });
    return Buffer.from(proto.Message.encode(message).finish());
  }

  /** Puts a message that was prepared on the wire, as `sendText` does. */
  async sendPrepared(jid: string, keyId: string, encoded: Buffer): Promise<void> {
    await this.socket.relayMessage(jid, proto.Message.decode(encoded), { messageId: keyId });
  }

  /** Until when the account may not write to new contacts, in unix milliseconds. @throws without an answer */
  newChatsLockedUntil(): Promise<number | undefined> {
    return this.restrictions.newChatsLockedUntil();
  }

  /** Asks WhatsApp for the address of a phone number. @returns undefined when it is not on WhatsApp. @throws without an answer */
  async lookUp(phoneJid: string): Promise<string | undefined> {
    const found = await this.socket.onWhatsApp(phoneJid);
    if (!found) throw new Error('WhatsApp did not answer the look-up');
    return found.find((entry) => entry.exists)?.jid;
  }

  /** Closes cleanly; the `closed` event follows. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.socket.ev.flush();
    await this.socket.end(undefined);
    this.reportClosed(DisconnectReason.connectionClosed, 'closed here');
  }

  /**
   * Ends the link at WhatsApp; the `closed` event comes with 401, before this resolves. Baileys' own log-out hangs up as soon as its wish is written,
   * whether WhatsApp heard it or not.
   * @throws when WhatsApp did not answer, and the connection is still open
   */
  async logOut(): Promise<void> {
    const { me } = this.creds;
    if (this.closed || !me) return;
    const removal = {
      tag: 'remove-companion-device',
      attrs: { jid: me.id, reason: 'user_initiated' },
    };
    const attrs = { to: S_WHATSAPP_NET, type: 'set', id: this.socket.generateMessageTag(), xmlns: 'md' };
    const answer: unknown = await this.socket
      .query({ tag: 'iq', attrs, content: [removal] }, LOG_OUT_MS)
      .catch((error: unknown) => this.options.log(`the log-out failed: ${String(error)}`));
    // It may have hung up instead of an answer, and has told why.
    if (this.closed) return;
    if (!answer) throw new Error('WhatsApp did not answer the log-out');
    this.reportClosed(DisconnectReason.loggedOut, 'logged out');
    await this.socket.end(undefined);
  }

  /** Cuts the connection at once: nothing more may leave. */
  terminate(reason: string): void {
    if (this.closed) return;
    const { socket } = this.socket.ws as unknown as { socket?: { terminate(): void } | null };
    socket?.terminate();
    void this.socket.end(undefined).catch(() => undefined);
    this.reportClosed(DisconnectReason.connectionClosed, reason);
  }

  private listen(parts: IncomingParts): void {
    const { ws, ev } = this.socket;
    const { on } = this.options;

    let backlogDone = false;
    ws.prependListener('CB:ib,,offline', () => {
      backlogDone = true;
      this.reportOpen(true);
    });
    for (const name of ['CB:message', 'CB:receipt', 'CB:notification'])
      ws.prependListener(name, () => {
        if (!backlogDone) on({ type: 'progress' });
      });
    ws.prependListener('CB:message', (stanza: BinaryNode) => {
      parts.note(stanza);
      this.identities.sawChat(stanza.attrs.from);
      // Baileys handles live messages at once while its queue of those that waited is still long, so a live group message
      // would overtake the one that carries its key, and a chat would get out of order. Marked as if they had waited, all go
      // through that queue, one after the other.
      stanza.attrs.offline ??= '0';
    });
    ws.prependListener('CB:receipt,type:retry', ({ attrs, content }: BinaryNode) => {
      for (const id of [attrs.id, ...listedIds(content)]) if (id) this.askedAgain.set(id, true);
    });
    // Baileys has no event for a plain acknowledgement.
    ws.on('CB:ack,class:message', ({ attrs }: BinaryNode) => void this.acknowledged(attrs));

    // Before the history counts as worked through.
    this.identities.listen(ev);
    ev.on('creds.update', ({ firstUnuploadedPreKeyId }) => {
      if (firstUnuploadedPreKeyId !== undefined && this.creds.account) this.sparePreKey.replenish();
      this.keepCreds();
    });
    ev.on('messaging-history.set', (piece) => void this.history.done(piece));
    ev.on('connection.update', (update) => {
      if (update.isNewLogin) on({ type: 'linked' });
      if (update.connection === 'open') {
        this.opened = true;
        this.reportOpen(backlogDone);
      }
      if (update.connection === 'close') {
        const error = update.lastDisconnect?.error as
          { message?: string; output?: { statusCode?: number }; data?: { expire?: string } } | undefined;
        const code = error?.output?.statusCode ?? DisconnectReason.connectionClosed;
        const banSeconds = code === BANNED_FOR_A_TIME ? Number(error?.data?.expire) : NaN;
        this.reportClosed(code, error?.message ?? 'closed', banSeconds > 0 ? banSeconds : undefined);
      }
    });
  }

  /** What an earlier connection did not come to work through. */
  private async catchUpOnHistory(ownJid: string): Promise<void> {
    for (const message of await this.history.leftOver(bareJid(ownJid) ?? ownJid)) {
      if (!this.closed)
        await this.socket
          .upsertMessage(message, 'append')
          .catch((error: unknown) => this.options.log(`history was not worked through: ${String(error)}`));
      if (this.closed) await this.history.interrupted(message.key.id ?? '');
    }
  }

  /**
   * Baileys tells WhatsApp that this device is linked before anybody else hears of it. What it is about to learn is worked out here as
   * well, and made durable before it does. @throws when the phone's consent is not genuine; Baileys finds the same and closes
   */
  private keepLink(consent: BinaryNode): Promise<void> {
    const { creds } = configureSuccessfulPairing(consent, this.creds);
    this.storeCreds({ ...this.creds, ...creds });
    return this.options.store.commit();
  }

  /** Before the account is linked its credentials are worth nothing, and an aborted attempt must leave none. */
  private keepCreds(): void {
    if (this.creds.account) this.storeCreds(this.creds);
  }

  private storeCreds(creds: AuthenticationCreds): void {
    this.options.store.setCreds(Buffer.from(JSON.stringify(creds, BufferJSON.replacer)));
  }

  private async acknowledged(attrs: Record<string, string>): Promise<void> {
    const { id, error, t } = attrs;
    if (!id) return;
    // WhatsApp had brought it to a device, which could not read it; what it refuses now is the copy for that one device.
    if (error && this.askedAgain.get(id)) return this.options.log(`a copy of ${id} was refused: ${error}`);
    const event: AckEvent = {
      keyId: id,
      errorCode: error,
      timestamp: Number(t) || Math.floor(Date.now() / 1000),
    };
    this.options.store.addEvent({ kind: 'ack', event });
    await this.options.store.commit();
    if (!this.closed) this.options.on({ type: 'acked', keyId: id, errorCode: error });
  }

  /** Sending may begin when the connection is open and what waited at WhatsApp has been handled. */
  private reportOpen(backlogDone: boolean): void {
    const { me } = this.creds;
    const phone = me && jidToPhone(me.id);
    if (!this.opened || !backlogDone || this.closed || !phone) return;
    this.opened = false;
    this.identities.opened();
    void this.catchUpOnHistory(me.id);
    this.options.on({ type: 'open', identity: { phone, lid: me.lid && bareJid(me.lid), pushName: me.name } });
  }

  private reportClosed(code: number, reason: string, banSeconds?: number): void {
    if (this.closed) return;
    this.closed = true;
    this.identities.closed();
    this.options.on({ type: 'closed', code, reason, banSeconds });
  }
}
