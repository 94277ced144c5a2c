import { randomUUID } from 'node:crypto';
import { createWorkspace, Database, issueApiToken } from '@waypost/persistence';
import { eventually } from '@waypost/testkit';
import { JsonApi } from '../json-api.js';
import type { Fleet } from './fleet.js';

/** Phones are written without `+`, as the APIs take them. */
export interface Population {
  workspaceId: string;
  accounts: string[];
  /** Each writes to, and is written to by, every account. */
  contacts: string[];
  /** JIDs; each has two contacts and some accounts as members. */
  groups: { jid: string; accounts: string[]; contacts: string[] }[];
  /** The inbound webhook. */
  webhookUrl: string;
  credits: number;
}

const CREDITS = 1_000_000;
const ACCOUNTS_PER_GROUP = 4;
const LINKED_WITHIN_MS = 60_000;

/** Fills a fleet: a workspace with credits and both webhooks, linked accounts, contacts and groups. */
export async function populate(
  fleet: Fleet,
  counts: { accounts: number; contacts: number; signal?: AbortSignal },
): Promise<Population> {
  const { workspaceId, token } = await newWorkspace(fleet.databaseUrl);
  const console = new JsonApi(`${fleet.process('console').url}/api/v1`, token);
  const sandbox = new JsonApi(fleet.sandbox.url);
  await console.post('/credits/grants', { amount: CREDITS, note: 'For the run' });
  const { url } = await console.post<{ url: string }>('/inbound-webhook/rotate');
  await console.patch('/outbound-webhook', { url: `${fleet.receiver.url}/hook`, enabled: true });
  const accounts = phones('1415555', counts.accounts);
  const contacts = phones('4915277', counts.contacts);
  for (const contact of contacts) await sandbox.put(`/contacts/${contact}`, { readsMessages: false });
  // A few at a time: linking costs a second of arithmetic.
  for (let first = 0; first < accounts.length; first += 4) {
    counts.signal?.throwIfAborted();
    await Promise.all(accounts.slice(first, first + 4).map((phone) => link(console, sandbox, phone)));
  }
  const groups = [];
  for (let first = 0; first < accounts.length; first += ACCOUNTS_PER_GROUP) {
    const members = {
      accounts: accounts.slice(first, first + ACCOUNTS_PER_GROUP),
      contacts: contacts.slice(0, 2),
    };
    const participants = [...members.contacts, ...members.accounts];
    const { jid } = await sandbox.post<{ jid: string }>('/groups', {
      subject: `Group ${first}`,
      participants,
    });
    groups.push({ jid, ...members });
  }
  return { workspaceId, accounts, contacts, groups, webhookUrl: url, credits: CREDITS };
}

async function newWorkspace(databaseUrl: string): Promise<{ workspaceId: string; token: string }> {
  const database = await Database.open({ url: databaseUrl, applicationName: 'chaos', poolSize: 1 });
  try {
    return await database.transaction(async (tx) => {
      const owner = { email: `${randomUUID()}@shop.example`, fullName: 'Amina Haddad', passwordHash: null };
      const { workspaceId, memberId } = await createWorkspace(tx, { name: 'Shop', owner });
      const { token } = await issueApiToken(tx, { workspaceId, memberId, name: 'chaos' });
      return { workspaceId, token };
    });
  } finally {
    await database.close();
  }
}

async function link(console: JsonApi, sandbox: JsonApi, phone: string): Promise<void> {
  const { id } = await console.post<{ id: string }>('/accounts', { network: 'sandbox' });
  await console.post(`/accounts/${id}/pairing`, { method: 'qr' });
  const qr = await eventually(
    async () => (await console.get<{ qr?: string }>(`/accounts/${id}/pairing`)).qr ?? '',
    { withinMs: LINKED_WITHIN_MS, everyMs: 100 },
  );
  await sandbox.post('/pairings', { qr, phone, name: `Owner ${phone.slice(-3)}` });
  await eventually(
    async () => (await console.get<{ state: string }>(`/accounts/${id}`)).state === 'connected',
    { withinMs: LINKED_WITHIN_MS, everyMs: 100 },
  );
}

function phones(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(4, '0')}`);
}
