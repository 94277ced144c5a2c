import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { Gateway } from './connections/gateway.js';
import { Courier } from './delivery/courier.js';
import { DeviceQueue } from './delivery/device-queue.js';
import { Duplicates } from './delivery/duplicates.js';
import { OnlineDevices } from './delivery/online-device.js';
import { Readdressing } from './delivery/readdressing.js';
import { Receipts } from './delivery/receipts.js';
import { Traffic } from './delivery/traffic.js';
import { Conditions } from './faults/conditions.js';
import { FaultBoard } from './faults/fault-board.js';
import { Journal, type JournalEntry } from './journal/journal.js';
import { Acceptance } from './linking/acceptance.js';
import { LinkedDevices } from './linking/linked-devices.js';
import { PairingDesk } from './linking/pairing-desk.js';
import { PasskeyDemand } from './linking/passkey-demand.js';
import { QrRefresh } from './linking/qr-refresh.js';
import { MediaServer } from './media/media-server.js';
import { MAX_FRAME_BYTES } from './noise/frames.js';
import { loadServerIdentity } from './noise/server-identity.js';
import { Accounts } from './people/accounts.js';
import { DeviceSealer } from './people/device-sealer.js';
import { Directory } from './people/directory.js';
import { GroupChats } from './people/group-chats.js';
import { GroupNews } from './people/group-news.js';
import { GroupOutbox } from './people/group-outbox.js';
import { Groups } from './people/groups.js';
import { People } from './people/people.js';
import { PhoneHistory } from './people/phone-history.js';
import { PhoneInbox } from './people/phone-inbox.js';
import { PhoneOutbox } from './people/phone-outbox.js';
import { Screen } from './people/screen.js';
import { WrittenMessages } from './people/written-messages.js';
import { KeyPool } from './signal/key-pool.js';
import { MessageReader } from './signal/message-reader.js';
import { PhoneKeys } from './signal/phone-keys.js';
import { SenderKeys } from './signal/sender-keys.js';
import { Sessions } from './signal/sessions.js';
import { accountQueries } from './stanzas/account-queries.js';
import { AckHandler } from './stanzas/ack-handler.js';
import { DeviceRemoval } from './stanzas/device-removal.js';
import { DirectMessages } from './stanzas/direct-messages.js';
import { EncryptQueries } from './stanzas/encrypt-queries.js';
import { GroupMessages } from './stanzas/group-messages.js';
import { GroupQueries } from './stanzas/group-queries.js';
import { LateAcks } from './stanzas/late-acks.js';
import { MessageHandler } from './stanzas/message-handler.js';
import { PreKeyAlarm } from './stanzas/pre-key-alarm.js';
import { rateLimited } from './stanzas/rate-limit.js';
import { ReceiptHandler } from './stanzas/receipt-handler.js';
import { Readiness } from './stanzas/readiness.js';
import { RestrictionQueries } from './stanzas/restriction-queries.js';
import { StanzaRouter } from './stanzas/stanza-router.js';
import { UsyncQueries } from './stanzas/usync-queries.js';
import { Store } from './storage/store.js';

export interface NetworkOptions {
  /** Where the state is kept; without it everything is forgotten at the end. */
  dataDir?: string;
  /** Whether unknown numbers become people when somebody writes to them. */
  autoContacts: boolean;
}

/** The path of the WebSocket endpoint, as on WhatsApp's own server. */
export const WEB_SOCKET_PATH = '/ws/chat';

/** A WhatsApp network in a box: the server that linked devices talk to, and the phones of simulated people behind it. */
export class SandboxNetwork {
  readonly people: People;
  readonly groups: GroupChats;
  readonly accounts: Accounts;
  private readonly journal: Journal;
  readonly pairings: PairingDesk;
  readonly faults: FaultBoard;
  readonly media: MediaServer;
  private readonly pool: KeyPool;
  private readonly lateAcks: LateAcks;
  private readonly sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  private readonly listening: {
    server: Server;
    upgrade: (...args: [IncomingMessage, Duplex, Buffer]) => void;
  }[] = [];

  private constructor(
    private readonly store: Store,
    private readonly gateway: Gateway,
    parts: Pick<SandboxNetwork, 'people' | 'groups' | 'accounts' | 'pairings' | 'faults' | 'media'> & {
      journal: Journal;
      pool: KeyPool;
      lateAcks: LateAcks;
    },
  ) {
    this.people = parts.people;
    this.groups = parts.groups;
    this.accounts = parts.accounts;
    this.journal = parts.journal;
    this.pairings = parts.pairings;
    this.faults = parts.faults;
    this.media = parts.media;
    this.pool = parts.pool;
    this.lateAcks = parts.lateAcks;
  }

  /** Opens the data and is ready for devices; call `attach` to let them in. */
  static async start(options: NetworkOptions): Promise<SandboxNetwork> {
    const store = Store.open(options.dataDir);
    const identity = await store.unit(() => loadServerIdentity(store, new Date()));
    const pool = new KeyPool();
    const journal = new Journal(store);
    const conditions = new Conditions();
    const traffic = new Traffic();
    const online = new OnlineDevices();
    const queue = new DeviceQueue(store);
    const devices = new LinkedDevices(store);
    const directory = new Directory(store, options.autoContacts);
    const groups = new Groups(store, directory);
    const readdressing = new Readdressing(directory);
    const duplicates = new Duplicates(conditions, readdressing);
    const courier = new Courier(store, queue, online, duplicates, journal);
    const alarm = new PreKeyAlarm(devices, courier);
    const keys = new PhoneKeys(store, pool);
    const sessions = new Sessions(store, keys);
    const senderKeys = new SenderKeys(store);
    const sealer = new DeviceSealer(sessions, devices, alarm);
    const written = new WrittenMessages(store);
    const screen = new Screen(store, (jid) => directory.findByJid(jid)?.phone, journal);
    const media = new MediaServer(store);
    const inbox = new PhoneInbox(
      store,
      { reader: new MessageReader(sessions, senderKeys), keys },
      new Receipts(devices, groups, courier),
      screen,
      journal,
      media,
    );
    const signal = { sessions, senderKeys, sealer };
    const history = new PhoneHistory(store, directory, groups);
    const outbox = new PhoneOutbox(written, signal, devices, { courier, queue }, history);
    const groupOutbox = new GroupOutbox(written, senderKeys, sealer, devices, courier);
    const news = new GroupNews(devices, courier);
    const encrypt = new EncryptQueries(devices, directory, keys, alarm, journal);
    const usync = new UsyncQueries(directory, devices);
    const readiness = new Readiness(courier, directory, outbox);
    const groupQueries = new GroupQueries(groups);
    const restrictions = new RestrictionQueries(conditions);
    const routes = {
      direct: new DirectMessages(directory, inbox, courier, conditions),
      group: new GroupMessages(directory, groups, devices, inbox, courier),
    };
    const lateAcks = new LateAcks(store, online, journal);
    const removal = new DeviceRemoval(store, devices, journal);
    const router = new StanzaRouter(
      store,
      {
        message: new MessageHandler(
          store,
          { directory, inbox, outbox },
          routes,
          { journal, conditions },
          lateAcks,
        ),
        receipt: new ReceiptHandler(store, { directory, devices, outbox }, { queue, courier }, traffic, {
          journal,
          conditions,
        }),
        ack: new AckHandler(directory, queue, journal),
      },
      {
        ...accountQueries,
        passive: (iq) => readiness.answer(iq),
        encrypt: (iq) => encrypt.answer(iq),
        usync: rateLimited(conditions, (iq) => usync.answer(iq)),
        md: (iq) => removal.answer(iq),
        'w:m': media.answer,
        'w:g2': rateLimited(conditions, (iq) => groupQueries.answer(iq)),
        'w:mex': (iq) => restrictions.answer(iq),
      },
      courier,
      { journal, traffic },
    );
    const pairings = new PairingDesk(
      store,
      new Acceptance(store, directory, keys, devices, journal),
      journal,
      new PasskeyDemand(store, conditions, journal),
      new QrRefresh(store, conditions, journal),
    );
    const gateway = new Gateway(identity, {
      store,
      journal,
      conditions,
      directory,
      devices,
      online,
      queue,
      traffic,
      desk: pairings,
      router,
    });
    pool.start();
    return new SandboxNetwork(store, gateway, {
      people: new People(store, directory, devices, { inbox, outbox }, screen, media),
      groups: new GroupChats(store, directory, groups, { inbox, outbox: groupOutbox, news }, screen),
      accounts: new Accounts(store, directory, devices, { queue, online }, traffic),
      journal,
      pairings,
      faults: new FaultBoard(
        store,
        { journal, conditions },
        devices,
        { queue, courier, readdressing },
        { online, gateway },
      ),
      media,
      pool,
      lateAcks,
    });
  }

  /** @throws when the data cannot be read */
  check(): Promise<void> {
    return this.store.unit(() => {
      this.store.find('SELECT 1');
    });
  }

  /** A page of the journal after an entry's `seq`. */
  readJournal(after: number, limit: number): Promise<{ items: JournalEntry[]; nextAfter: number }> {
    return this.store.unit(() => this.journal.list(after, limit));
  }

  /** Lets devices in at `/ws/chat` of this HTTP server. */
  attach(server: Server): void {
    const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      if (request.url?.split('?')[0] !== WEB_SOCKET_PATH) {
        socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
        return;
      }
      this.sockets.handleUpgrade(request, socket, head, (webSocket) =>
        this.gateway.accept(webSocket, request.headers.host ?? ''),
      );
    };
    server.on('upgrade', upgrade);
    this.listening.push({ server, upgrade });
  }

  /** Cuts all connections and closes the data; returns when both have happened. */
  async stop(): Promise<void> {
    for (const { server, upgrade } of this.listening.splice(0)) server.off('upgrade', upgrade);
    this.pool.stop();
    await this.gateway.stop();
    this.lateAcks.stop();
    await this.store.close();
  }
}
