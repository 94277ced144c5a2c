import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { Gateway } from './connections/gateway.js';
import { Courier } from './delivery/courier.js';
import { DeviceQueue } from './delivery/device-queue.js';
import { OnlineDevices } from './delivery/online-device.js';
import { Receipts } from './delivery/receipts.js';
import { Traffic } from './delivery/traffic.js';
import { Conditions } from './faults/conditions.js';
import { FaultBoard } from './faults/fault-board.js';
import { Journal, type JournalEntry } from './journal/journal.js';
import { Acceptance } from './linking/acceptance.js';
import { LinkedDevices } from './linking/linked-devices.js';
import { PairingDesk } from './linking/pairing-desk.js';
import { MAX_FRAME_BYTES } from './noise/frames.js';
import { loadServerIdentity } from './noise/server-identity.js';
import { Accounts } from './people/accounts.js';
import { Directory } from './people/directory.js';
import { People } from './people/people.js';
import { PhoneInbox } from './people/phone-inbox.js';
import { PhoneOutbox } from './people/phone-outbox.js';
import { Screen } from './people/screen.js';
import { KeyPool } from './signal/key-pool.js';
import { PhoneKeys } from './signal/phone-keys.js';
import { Sessions } from './signal/sessions.js';
import { accountQueries } from './stanzas/account-queries.js';
import { AckHandler } from './stanzas/ack-handler.js';
import { DeviceRemoval } from './stanzas/device-removal.js';
import { EncryptQueries } from './stanzas/encrypt-queries.js';
import { MessageHandler } from './stanzas/message-handler.js';
import { PreKeyAlarm } from './stanzas/pre-key-alarm.js';
import { ReceiptHandler } from './stanzas/receipt-handler.js';
import { Readiness } from './stanzas/readiness.js';
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
  readonly accounts: Accounts;
  private readonly journal: Journal;
  readonly pairings: PairingDesk;
  readonly faults: FaultBoard;
  private readonly pool: KeyPool;
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
    parts: Pick<SandboxNetwork, 'people' | 'accounts' | 'pairings' | 'faults'> & {
      journal: Journal;
      pool: KeyPool;
    },
  ) {
    this.people = parts.people;
    this.accounts = parts.accounts;
    this.journal = parts.journal;
    this.pairings = parts.pairings;
    this.faults = parts.faults;
    this.pool = parts.pool;
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
    const courier = new Courier(store, queue, online, conditions, journal);
    const alarm = new PreKeyAlarm(devices, courier);
    const keys = new PhoneKeys(store, pool);
    const sessions = new Sessions(store, keys);
    const screen = new Screen(store, (jid) => directory.findByJid(jid)?.phone, journal);
    const inbox = new PhoneInbox(store, { sessions, keys }, new Receipts(devices, courier), screen, journal);
    const outbox = new PhoneOutbox(store, sessions, devices, { courier, queue }, alarm);
    const encrypt = new EncryptQueries(devices, directory, keys, alarm, journal);
    const usync = new UsyncQueries(directory, devices);
    const readiness = new Readiness(courier, directory, outbox);
    const removal = new DeviceRemoval(store, devices, journal);
    const router = new StanzaRouter(
      store,
      {
        message: new MessageHandler(store, directory, inbox, courier, { journal, conditions }),
        receipt: new ReceiptHandler(
          store,
          { directory, devices, outbox },
          { queue, courier },
          traffic,
          journal,
        ),
        ack: new AckHandler(directory, queue, journal),
      },
      {
        ...accountQueries,
        passive: (iq) => readiness.answer(iq),
        encrypt: (iq) => encrypt.answer(iq),
        usync: (iq) => usync.answer(iq),
        md: (iq) => removal.answer(iq),
      },
      courier,
      { journal, traffic },
    );
    const pairings = new PairingDesk(
      store,
      new Acceptance(store, directory, keys, devices, journal),
      journal,
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
      people: new People(store, directory, devices, { inbox, outbox }, screen),
      accounts: new Accounts(store, directory, devices, { queue, online }, traffic),
      journal,
      pairings,
      faults: new FaultBoard(store, journal, conditions, devices, { online, gateway }),
      pool,
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
      this.sockets.handleUpgrade(request, socket, head, (webSocket) => this.gateway.accept(webSocket));
    };
    server.on('upgrade', upgrade);
    this.listening.push({ server, upgrade });
  }

  /** Cuts all connections and closes the data; returns when both have happened. */
  async stop(): Promise<void> {
    for (const { server, upgrade } of this.listening.splice(0)) server.off('upgrade', upgrade);
    this.pool.stop();
    await this.gateway.stop();
    await this.store.close();
  }
}
