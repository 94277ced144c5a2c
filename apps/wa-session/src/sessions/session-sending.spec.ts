import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SendReply } from '@waypost/contracts';
import type { AccountStore } from '../unit-of-work/account-store.js';
import { SendRefused } from './send-refused.js';
import type { ConnectionEvent } from '../whatsapp/whatsapp-connection.js';
import type { Connection, SessionPorts } from './session-ports.js';
import { Session } from './session.js';

const EPOCH = 7;
const KEY_ID = '3EB0A1B2C3D4E5F60718';
const FILE = { fileId: '1', kind: 'image', name: 'a.png', mimeType: 'image/png' } as const;

/** A session that is connected; what its connection does is up to the test. */
class ConnectedSession {
  readonly connection: Connection = {
    sendText: async () => undefined,
    prepareFile: async () => Buffer.from('prepared'),
    sendPrepared: async () => undefined,
    newChatsLockedUntil: async () => undefined,
    lookUp: async (jid) => jid,
    close: async () => undefined,
    logOut: async () => undefined,
    terminate: () => undefined,
  };
  readonly ports: SessionPorts = {
    store: { commit: async () => undefined, leaseLost: () => undefined } as unknown as AccountStore,
    readAccount: async () => ({ workspaceId: 'w', network: 'sandbox', state: 'connecting', linked: true }),
    forgetLink: async () => undefined,
    restoreLink: async () => undefined,
    mayConnect: async () => ({ granted: true, network: 'sandbox', version: '1.2.3', probe: false, inMs: 0 }),
    connectEnded: async () => undefined,
    holdsLease: async () => true,
    connect: async (_account, { on }) => {
      this.tell = on;
      queueMicrotask(() => on({ type: 'open', identity: { phone: '+14155550100' } }));
      return this.connection;
    },
    readFile: async () => Buffer.from('content'),
    findSent: async () => undefined,
    keepSent: async (_keyId, encoded) => encoded,
    writeStatus: async () => true,
    writePairing: async () => undefined,
    writeNewChatsLock: async () => undefined,
    connected: () => this.opened(),
    closed: () => undefined,
    log: () => undefined,
    ended: () => undefined,
  };
  private opened = () => {};
  private tell: (event: ConnectionEvent) => void = () => {};
  private readonly session = new Session({ accountId: 'a', epoch: EPOCH } as never, this.ports, {
    leaseTtlMs: 60_000,
    connectTimeoutMs: 60_000,
  });

  async start(): Promise<this> {
    const open = new Promise<void>((resolve) => (this.opened = resolve));
    this.session.start();
    await open;
    return this;
  }

  send(file?: typeof FILE, keyId = KEY_ID): Promise<SendReply> {
    return this.session.send({
      messageId: 'm',
      accountId: 'a',
      epoch: EPOCH,
      keyId,
      recipientJid: '1@s.whatsapp.net',
      text: 'Hello',
      file,
      deadlineAt: Date.now() + 30_000,
    });
  }

  /** The connection is lost, and there is another one. */
  async reconnect(): Promise<void> {
    const open = new Promise<void>((resolve) => (this.opened = resolve));
    this.tell({ type: 'closed', code: 515, reason: 'restart' });
    await open;
  }

  stop(): Promise<void> {
    return this.session.stop(100);
  }
}

describe('a message that cannot be sent although the account is connected', () => {
  let session: ConnectedSession;

  beforeEach(async () => {
    session = await new ConnectedSession().start();
  });
  afterEach(() => session.stop());

  const outcomes = async (tries: number, file?: typeof FILE) => {
    const replies: SendReply[] = [];
    for (let count = 0; count < tries; count++) replies.push(await session.send(file));
    return replies.map(({ outcome, code }) => code ?? outcome);
  };

  it('is refused in the end when WhatsApp does not take its file', async () => {
    session.connection.prepareFile = async () => {
      throw new Error('upload failed');
    };
    expect(await outcomes(5, FILE)).toEqual([
      'not_connected',
      'not_connected',
      'not_connected',
      'not_connected',
      'upload_failed',
    ]);
  });

  it('is refused in the end when it cannot be put on the wire', async () => {
    session.connection.sendText = async () => {
      throw new Error('no such thing');
    };
    expect(await outcomes(5)).toEqual(['unknown', 'unknown', 'unknown', 'unknown', 'send_failed']);
  });

  it('is refused at once when that is certain', async () => {
    session.connection.sendText = async () => {
      throw new SendRefused('not_in_group', 'This account is not a member of the group');
    };
    expect(await outcomes(1)).toEqual(['not_in_group']);
  });

  it('is tried as long as it takes while the store of files is away', async () => {
    session.ports.readFile = async () => {
      throw new Error('away');
    };
    expect(new Set(await outcomes(12, FILE))).toEqual(new Set(['not_connected']));
  });

  it('is tried as long as it takes while it is the connection, or Postgres, that fails', async () => {
    session.connection.sendText = async () => {
      throw Object.assign(new Error('Connection Closed'), { output: { statusCode: 428 } });
    };
    expect(new Set(await outcomes(12))).toEqual(new Set(['unknown']));
    session.ports.keepSent = async () => {
      throw new Error('away');
    };
    expect(new Set(await outcomes(12, FILE))).toEqual(new Set(['not_connected']));
  });

  it('is never refused once it was on the wire: a person may have it', async () => {
    const sent = session.send();
    await new Promise((resolve) => setImmediate(resolve));
    await session.reconnect();
    expect((await sent).outcome).toBe('unknown');
    session.connection.sendText = async () => {
      throw new Error('no such thing');
    };
    expect(new Set(await outcomes(12))).toEqual(new Set(['unknown']));
  });
});
