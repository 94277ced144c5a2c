import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  LookUpReply,
  parseContract,
  podSubject,
  SendReply,
  subjects,
  type SendFile,
} from '@waypost/contracts';
import { newWaKeyId, phoneToJid } from '@waypost/kernel';
import { Messenger } from '@waypost/messaging';
import { createTestDatabase, eventually, natsUrl, ServiceProcess, type TestDatabase } from '@waypost/testkit';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { SandboxApi } from '../testing/sandbox-api.js';

const POD = `wa-${randomUUID().slice(0, 8)}`;
const soon = { withinMs: 40_000, everyMs: 50 };
jest.setTimeout(150_000);

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
let phones = 4_915_550_000;
const newPhone = () => `+${phones++}`;

describe('a session against the simulated network', () => {
  let database: TestDatabase;
  let sandboxProcess: ServiceProcess;
  let pod: ServiceProcess;
  let sandbox: SandboxApi;
  let messenger: Messenger;

  beforeAll(async () => {
    database = await createTestDatabase();
    sandboxProcess = await ServiceProcess.start('sandbox', {});
    sandbox = new SandboxApi(sandboxProcess.url);
    pod = await ServiceProcess.start('wa-session', {
      DATABASE_URL: database.url,
      NATS_URL: natsUrl(),
      POD_NAME: POD,
      ENCRYPTION_KEYS: `1:${randomBytes(32).toString('base64')}`,
      SANDBOX_WS_URL: sandbox.webSocketUrl,
      LEASE_TTL_MS: '6000',
    });
    messenger = new Messenger(natsUrl(), 'test');
  });

  afterAll(async () => {
    await messenger.close();
    await pod.kill('SIGTERM');
    await sandboxProcess.kill('SIGTERM');
    await database.drop();
  });

  /** An account that nobody has linked yet. */
  async function newAccount(): Promise<string> {
    const [workspaceId, memberId, accountId] = [randomUUID(), randomUUID(), randomUUID()];
    await database.pool.query(`insert into workspace (id, name) values ($1, 'Shop')`, [workspaceId]);
    await database.pool.query(
      `insert into member (id, workspace_id, email, full_name, role) values ($1, $2, $3, 'Amina', 'owner')`,
      [memberId, workspaceId, `${memberId}@shop.example`],
    );
    await database.pool.query(
      `insert into account (id, workspace_id, owner_member_id, network) values ($1, $2, $3, 'sandbox')`,
      [accountId, workspaceId, memberId],
    );
    return accountId;
  }

  async function requestPairing(accountId: string, method: 'qr' | 'code', phone?: string): Promise<void> {
    await database.pool.query(
      `insert into account_pairing (account_id, method, phone, state) values ($1, $2, $3, 'requested')
       on conflict (account_id) do update
         set method = $2, phone = $3, state = 'requested', qr = null, code = null, detail = null, requested_at = now()`,
      [accountId, method, phone],
    );
    messenger.hint('hint.accounts');
  }

  async function row<T>(text: string, values: unknown[]): Promise<T | undefined> {
    return (await database.pool.query(text, values)).rows[0] as T | undefined;
  }

  const pairing = (accountId: string) =>
    row<{ state: string; qr: string; code: string }>('select * from account_pairing where account_id = $1', [
      accountId,
    ]);
  const account = (accountId: string) =>
    row<{ state: string; phone: string; lid: string; state_reason: string }>(
      'select * from account where id = $1',
      [accountId],
    );

  const qrOf = (accountId: string) => eventually(async () => (await pairing(accountId))?.qr, soon);

  function reaches(accountId: string, state: string): Promise<unknown> {
    return eventually(async () => expect((await account(accountId))?.state).toBe(state), soon);
  }

  /** An account that is linked and connected. */
  async function linkedAccount(): Promise<{ accountId: string; phone: string }> {
    const accountId = await newAccount();
    const phone = newPhone();
    await requestPairing(accountId, 'qr');
    await sandbox.scan(await qrOf(accountId), phone);
    await reaches(accountId, 'connected');
    return { accountId, phone };
  }

  /** Kills the pod, starts it again, and waits until it holds the account's connection anew. */
  async function crashAndRecover(accountId: string): Promise<void> {
    const connectedAt = async () =>
      (await row<{ at: string }>('select connected_at::text as at from account where id = $1', [accountId]))
        ?.at;
    const before = await connectedAt();
    await pod.kill('SIGKILL');
    await pod.start();
    await eventually(async () => expect(await connectedAt()).not.toBe(before), soon);
  }

  async function epochOf(accountId: string): Promise<number> {
    const lease = await row<{ epoch: string }>('select epoch from session_lease where account_id = $1', [
      accountId,
    ]);
    return Number(lease?.epoch);
  }

  async function processOfPod(): Promise<string> {
    const pod = await row<{ name: string }>('select name from session_pod order by seen_at desc limit 1', []);
    return pod!.name;
  }

  async function send(
    accountId: string,
    to: string,
    text: string,
    keyId = newWaKeyId(),
    file?: SendFile,
  ): Promise<SendReply> {
    return messenger.request(
      podSubject(subjects.send, await processOfPod()),
      {
        messageId: randomUUID(),
        accountId,
        epoch: await epochOf(accountId),
        keyId,
        recipientJid: to.includes('@') ? to : phoneToJid(to),
        text,
        file,
        deadlineAt: Date.now() + 8_000,
      },
      SendReply,
      10_000,
    );
  }

  /** Events of one kind, oldest first. */
  async function events(accountId: string, kind: string): Promise<Array<Record<string, unknown>>> {
    const { rows } = await database.pool.query<{ event: Record<string, unknown> }>(
      'select event from wa_event where account_id = $1 and kind = $2 order by id',
      [accountId, kind],
    );
    return rows.map(({ event }) => event);
  }

  const texts = async (accountId: string) => (await events(accountId, 'message')).map(({ text }) => text);

  it('links an account by QR, tells its number, and opens its send lane', async () => {
    const { accountId, phone } = await linkedAccount();
    expect(await account(accountId)).toMatchObject({ phone, lid: expect.stringMatching(/@lid$/) });
    await eventually(async () => expect((await pairing(accountId))?.state).toBe('linked'));
    const lane = await row<{ is_open: boolean }>(
      `select is_open from lane where kind = 'send' and key = $1`,
      [accountId],
    );
    expect(lane?.is_open).toBe(true);
  });

  it('links an account by code', async () => {
    const accountId = await newAccount();
    const phone = newPhone();
    await requestPairing(accountId, 'code', phone);
    const code = await eventually(async () => (await pairing(accountId))?.code, soon);
    await sandbox.enterCode(code, phone);
    await reaches(accountId, 'connected');
    expect((await account(accountId))?.phone).toBe(phone);
  });

  it('starts over when linking is requested again', async () => {
    const accountId = await newAccount();
    const phone = newPhone();
    await requestPairing(accountId, 'code', phone);
    await eventually(async () => (await pairing(accountId))?.code, soon);
    await requestPairing(accountId, 'qr');
    await sandbox.scan(await qrOf(accountId), phone);
    await reaches(accountId, 'connected');
  });

  it('sends a text under the given id and answers when the server has acknowledged it', async () => {
    const { accountId } = await linkedAccount();
    const [contact, keyId] = [newPhone(), newWaKeyId()];
    expect(await send(accountId, contact, 'Hello', keyId)).toMatchObject({ outcome: 'acked' });
    await eventually(async () =>
      expect(await sandbox.shown(contact)).toMatchObject([{ id: keyId, text: 'Hello' }]),
    );
    expect(await events(accountId, 'ack')).toMatchObject([{ keyId }]);
    await eventually(async () =>
      expect((await events(accountId, 'receipt'))[0]).toMatchObject({ keyIds: [keyId], status: 'delivered' }),
    );
  });

  it('shows a message once to the person, however often it is sent under its id', async () => {
    const { accountId } = await linkedAccount();
    const [contact, keyId] = [newPhone(), newWaKeyId()];
    await send(accountId, contact, 'Once', keyId);
    expect(await send(accountId, contact, 'Once', keyId)).toMatchObject({ outcome: 'acked' });
    expect(await send(accountId, contact, 'Next')).toMatchObject({ outcome: 'acked' });
    await eventually(async () =>
      expect((await sandbox.shown(contact)).map(({ text }) => text)).toEqual(['Once', 'Next']),
    );
  });

  it('tells whether a number is on WhatsApp, and for which account it can be asked', async () => {
    const { accountId } = await linkedAccount();
    const [contact, stranger] = [newPhone(), newPhone()];
    await sandbox.setContact(stranger, { onWhatsApp: false });
    const epoch = await epochOf(accountId);
    const lookUp = async (phone: string, changes: object = {}) =>
      messenger.request(
        podSubject(subjects.lookUp, await processOfPod()),
        { accountId, epoch, jid: phoneToJid(phone), deadlineAt: Date.now() + 8_000, ...changes },
        LookUpReply,
        10_000,
      );
    expect(await lookUp(contact)).toEqual({ outcome: 'found', jid: phoneToJid(contact) });
    expect(await lookUp(stranger)).toEqual({ outcome: 'missing' });
    expect(await lookUp(contact, { epoch: epoch + 1 })).toEqual({ outcome: 'not_connected' });
    expect(await lookUp(contact, { accountId: randomUUID() })).toEqual({ outcome: 'not_connected' });
  });

  describe('with a file', () => {
    async function storedFile(content: Buffer): Promise<string> {
      const fileId = randomUUID();
      await database.pool.query('insert into attachment (file_id, content) values ($1, $2)', [
        fileId,
        content,
      ]);
      return fileId;
    }
    const uploads = async () => (await row<{ count: string }>('select count(*) from wa_sent', []))!.count;

    it.each([
      ['image', 'image/png', 'shop.png'],
      ['video', 'video/mp4', 'tour.mp4'],
      ['audio', 'audio/mpeg', 'greeting.mp3'],
      ['document', 'application/pdf', 'invoice.pdf'],
    ] as const)('sends a %s as what it is, byte for byte', async (kind, mimeType, name) => {
      const { accountId } = await linkedAccount();
      const [contact, keyId] = [newPhone(), newWaKeyId()];
      const content = randomBytes(300_000);
      const file = { fileId: await storedFile(content), kind, mimeType, name };
      const caption = kind === 'audio' ? '' : 'As agreed';
      expect(await send(accountId, contact, caption, keyId, file)).toMatchObject({ outcome: 'acked' });
      await eventually(async () => expect(await sandbox.shown(contact)).toHaveLength(1), soon);
      expect((await sandbox.shown(contact))[0]).toMatchObject({
        id: keyId,
        text: caption,
        media: { kind, mimeType, size: content.length, sha256: sha256(content) },
      });
      if (kind === 'document') expect((await sandbox.shown(contact))[0]?.media?.fileName).toBe(name);
    });

    it('uploads once and shows once what is sent again under its id', async () => {
      const { accountId } = await linkedAccount();
      const [contact, keyId] = [newPhone(), newWaKeyId()];
      const file = {
        fileId: await storedFile(Buffer.from('PDF')),
        kind: 'document',
        mimeType: 'application/pdf',
        name: 'a.pdf',
      } as const;
      const before = await uploads();
      await send(accountId, contact, '', keyId, file);
      await database.pool.query('delete from attachment where file_id = $1', [file.fileId]);
      expect(await send(accountId, contact, '', keyId, file)).toMatchObject({ outcome: 'acked' });
      expect(Number(await uploads()) - Number(before)).toBe(1);
      await eventually(async () =>
        expect(await sandbox.shown(contact)).toMatchObject([{ id: keyId, timesReceived: 2 }]),
      );
    });

    it('refuses a file that is not stored, and sends nothing of it', async () => {
      const { accountId } = await linkedAccount();
      const contact = newPhone();
      const file = { fileId: randomUUID(), kind: 'image', mimeType: 'image/png', name: 'a.png' } as const;
      expect(await send(accountId, contact, '', newWaKeyId(), file)).toMatchObject({
        outcome: 'rejected',
        code: 'file_missing',
      });
      expect(await send(accountId, contact, 'Next')).toMatchObject({ outcome: 'acked' });
      await eventually(async () => expect(await sandbox.shown(contact)).toMatchObject([{ text: 'Next' }]));
    });
  });

  it('reports what the server refuses, with its code', async () => {
    const { accountId, phone } = await linkedAccount();
    await sandbox.fault(phone, { kind: 'reject_next', code: 463 });
    expect(await send(accountId, newPhone(), 'Hello')).toMatchObject({ outcome: 'rejected', code: '463' });
  });

  it('tells until when WhatsApp locks new chats', async () => {
    const { accountId, phone } = await linkedAccount();
    const friend = newPhone();
    await sandbox.write(friend, phone, 'Hi');
    await eventually(async () => expect(await texts(accountId)).toEqual(['Hi']), soon);
    await sandbox.fault(phone, { kind: 'new_chats_locked', seconds: 600 });
    const refused = await send(accountId, newPhone(), 'Hello');
    expect(refused).toMatchObject({ outcome: 'rejected', code: '463' });
    const lockedForMs = refused.newChatsLockedUntil! - Date.now();
    expect([lockedForMs > 500_000, lockedForMs <= 601_000]).toEqual([true, true]);
    const recorded = async () =>
      (
        await database.pool.query<{ until: Date | null }>(
          'select new_chats_locked_until as until from account where id = $1',
          [accountId],
        )
      ).rows[0]!.until?.getTime();
    await eventually(async () => expect(await recorded()).toBe(refused.newChatsLockedUntil), soon);
    expect(await send(accountId, friend, 'Hello')).toMatchObject({ outcome: 'acked' });
    await sandbox.fault(phone, { kind: 'new_chats_locked', seconds: 0 });
    await eventually(async () => expect(await recorded()).toBeUndefined(), soon);
  });

  it('sends texts and files to a group, to every member once, also after it was killed', async () => {
    const { accountId, phone } = await linkedAccount();
    const members = [newPhone(), newPhone()];
    const group = await sandbox.createGroup([phone, ...members]);
    expect(await send(accountId, group, 'Hello all')).toMatchObject({ outcome: 'acked' });
    await crashAndRecover(accountId);
    const [fileId, content] = [randomUUID(), randomBytes(1_000)];
    await database.pool.query('insert into attachment (file_id, content) values ($1, $2)', [fileId, content]);
    const file = { fileId, kind: 'document', mimeType: 'application/pdf', name: 'plan.pdf' } as const;
    expect(await send(accountId, group, 'The plan', newWaKeyId(), file)).toMatchObject({ outcome: 'acked' });
    for (const member of members) {
      await eventually(async () => expect(await sandbox.shown(member)).toHaveLength(2), soon);
      expect(await sandbox.shown(member)).toMatchObject([
        { text: 'Hello all', timesReceived: 1 },
        { text: 'The plan', timesReceived: 1, media: { sha256: sha256(content), fileName: 'plan.pdf' } },
      ]);
    }
    await eventually(async () =>
      expect((await events(accountId, 'receipt')).map(({ chatJid }) => chatJid)).toContain(group),
    );
  });

  it('refuses to write to a group that the account is not in', async () => {
    const { accountId } = await linkedAccount();
    const group = await sandbox.createGroup([newPhone(), newPhone()]);
    expect(await send(accountId, group, 'Let me in')).toMatchObject({
      outcome: 'rejected',
      code: 'not_in_group',
    });
    expect(await send(accountId, '120363000@g.us', 'Anybody?')).toMatchObject({
      outcome: 'rejected',
      code: 'not_in_group',
    });
  });

  it('calls a send unknown when no acknowledgement comes, and sends nothing for an account it does not hold', async () => {
    const { accountId, phone } = await linkedAccount();
    await sandbox.fault(phone, { kind: 'drop_acks', count: 1 });
    const [contact, keyId] = [newPhone(), newWaKeyId()];
    const request = {
      messageId: randomUUID(),
      accountId,
      keyId,
      recipientJid: phoneToJid(contact),
      text: 'Hello',
    };
    const ask = async (changes: object) =>
      messenger.request(
        podSubject(subjects.send, await processOfPod()),
        { ...request, deadlineAt: Date.now() + 1_000, ...changes },
        SendReply,
        5_000,
      );
    const epoch = await epochOf(accountId);
    expect(await ask({ epoch })).toMatchObject({ outcome: 'unknown' });
    expect(await ask({ epoch: epoch + 1, keyId: newWaKeyId() })).toMatchObject({ outcome: 'not_connected' });
    expect(await ask({ epoch, accountId: randomUUID() })).toMatchObject({ outcome: 'not_connected' });
    expect(await ask({ epoch, deadlineAt: Date.now() - 1 })).toMatchObject({ outcome: 'not_connected' });
  });

  it('records what a person writes, and what the owner writes on the phone', async () => {
    const { accountId, phone } = await linkedAccount();
    const contact = newPhone();
    await sandbox.setContact(contact, { name: 'Jane Smith' });
    const received = await sandbox.write(contact, phone, 'Hi 👋');
    await eventually(async () => expect(await texts(accountId)).toEqual(['Hi 👋']), soon);
    const written = await sandbox.writeAsOwner(phone, contact, 'Hello Jane');
    await eventually(async () => expect(await texts(accountId)).toEqual(['Hi 👋', 'Hello Jane']), soon);
    const [fromContact, fromPhone] = await events(accountId, 'message');
    expect(fromContact).toMatchObject({
      keyId: received.id,
      fromMe: false,
      pushName: 'Jane Smith',
      content: 'text',
    });
    expect([fromContact!['chatJid'], fromContact!['chatAltJid']]).toContain(phoneToJid(contact));
    expect(fromPhone).toMatchObject({ keyId: written.id, fromMe: true, content: 'text' });
    expect([fromPhone!['chatJid'], fromPhone!['chatAltJid']]).toContain(phoneToJid(contact));
  });

  it('connects again after a lost connection and gets what was written meanwhile, in order', async () => {
    const { accountId, phone } = await linkedAccount();
    const contact = newPhone();
    await sandbox.write(contact, phone, '1');
    await sandbox.fault(phone, { kind: 'disconnect' });
    for (const text of ['2', '3', '4']) await sandbox.write(contact, phone, text);
    await eventually(async () => expect(await texts(accountId)).toEqual(['1', '2', '3', '4']), soon);
    await reaches(accountId, 'connected');
  });

  it('stops when the phone removes the device, and can be linked again', async () => {
    const { accountId, phone } = await linkedAccount();
    await sandbox.fault(phone, { kind: 'logged_out' });
    await reaches(accountId, 'logged_out');
    expect(await send(accountId, newPhone(), 'Hello')).toMatchObject({ outcome: 'not_connected' });
    await requestPairing(accountId, 'qr');
    await sandbox.scan(await qrOf(accountId), phone);
    await reaches(accountId, 'connected');
    expect(await send(accountId, newPhone(), 'Back')).toMatchObject({ outcome: 'acked' });
  });

  it('loses nothing that was receipted and asks for nothing again when it is killed while receiving', async () => {
    const { accountId, phone } = await linkedAccount();
    const contacts = [newPhone(), newPhone()];
    const sent: string[] = [];
    for (let round = 0; round < 4; round++) {
      const writing = (async () => {
        for (let n = 0; n < 12; n++) {
          const text = `${round}.${n}`;
          sent.push(text);
          await sandbox.write(contacts[n % 2]!, phone, text);
        }
      })();
      await eventually(
        async () => expect((await texts(accountId)).length).toBeGreaterThan(round * 12 + 1),
        soon,
      );
      await Promise.all([crashAndRecover(accountId), writing]);
    }
    await eventually(async () => expect((await texts(accountId)).sort()).toEqual([...sent].sort()), soon);
    expect(await events(accountId, 'undecryptable')).toEqual([]);
    const journal = await sandbox.journal();
    expect(
      journal.filter((entry) => entry.kind === 'receipt_from_device' && entry['type'] === 'retry'),
    ).toEqual([]);
    const contact = newPhone();
    expect(await send(accountId, contact, 'still sends')).toMatchObject({ outcome: 'acked' });
    await eventually(async () =>
      expect((await sandbox.shown(contact)).map(({ text }) => text)).toEqual(['still sends']),
    );
  });

  it('acknowledges no receipt of the other side that it has not recorded', async () => {
    const { accountId } = await linkedAccount();
    const keyIds: string[] = [];
    for (let round = 0; round < 3; round++) {
      const contact = newPhone();
      const ids = Array.from({ length: 5 }, () => newWaKeyId());
      keyIds.push(...ids);
      for (const keyId of ids)
        expect(await send(accountId, contact, 'Hello', keyId)).toMatchObject({ outcome: 'acked' });
      await crashAndRecover(accountId);
    }
    await eventually(async () => {
      const receipted = (await events(accountId, 'receipt')).flatMap((event) => event['keyIds']);
      expect(keyIds.filter((keyId) => !receipted.includes(keyId))).toEqual([]);
    }, soon);
  });

  it('gives its leases back when it is asked to stop', async () => {
    const { accountId } = await linkedAccount();
    await pod.kill('SIGTERM');
    const lease = await row<{ free: boolean }>(
      'select expires_at < now() as free from session_lease where account_id = $1',
      [accountId],
    );
    expect(lease?.free).toBe(true);
    await pod.start();
    await reaches(accountId, 'connected');
  });

  it('refuses a request that is not a SendRequest', async () => {
    await expect(
      messenger.request(podSubject(subjects.send, await processOfPod()), { text: 'x' }, SendReply, 2_000),
    ).rejects.toThrow('no answer');
    expect(() => parseContract(SendReply, { outcome: 'maybe' })).toThrow('not a valid SendReply');
  });
});
