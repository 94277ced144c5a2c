import { publicMessageId } from '@waypost/kernel';
import { breachesOf } from './fence-watch.js';
import type { Written } from './incoming-traffic.js';
import type { Entry } from './journal-follower.js';
import type { ObservedDatabase } from './observed-database.js';
import type { Asked } from './outgoing-traffic.js';
import type { Population } from './population.js';

/** One promise of the product, and how it was broken; sentences name what is wrong, none when it was kept. */
export interface Finding {
  promise: string;
  broken: string[];
}

export interface Evidence {
  population: Population;
  written: Written[];
  asked: Asked[];
  refusals: string[];
  journal: Entry[];
  /** Received messages that the outbound webhook brought, by `deliveryKey`. */
  delivered: Set<string>;
}

interface MessageRow {
  phone: string;
  key_id: string;
  text: string;
  origin: string;
  state: string;
  charges: number;
  refunds: number;
}

/** The part of an outbound payload that is looked at. */
export interface Payload {
  whatsapp_account: { phone: string };
  message: { text: string };
}

export function deliveryKey({ whatsapp_account, message }: Payload): string {
  return `${digits(whatsapp_account.phone)} ${message.text}`;
}

const digits = (phone: string) => phone.replace(/\D/g, '');

/** Compares what the network saw with what the database has. */
export async function judge(evidence: Evidence, database: ObservedDatabase): Promise<Finding[]> {
  const rows = await database.query<MessageRow>(
    `select a.phone, m.key_id, m.text, m.origin, m.state,
            (select count(*) from credit_entry c where c.message_id = m.id and c.reason = 'charge')::int as charges,
            (select count(*) from credit_entry c where c.message_id = m.id and c.reason = 'refund')::int as refunds
       from message m join account a on a.id = m.account_id`,
  );
  const received = rows.filter(({ origin }) => origin === 'contact' || origin === 'phone');
  const sent = rows.filter(({ origin }) => origin === 'webhook');
  return [
    ...receiving(evidence, received),
    ...sending(evidence, sent),
    { promise: 'no write got past the fence', broken: await breachesOf(database) },
    { promise: 'the ledger is exact', broken: await ledgerOf(evidence, sent, database) },
  ];
}

function receiving({ written, journal, delivered }: Evidence, rows: MessageRow[]): Finding[] {
  const keyOf = (phone: string, id: string) => `${digits(phone)} ${id}`;
  const recorded = new Map<string, MessageRow[]>();
  for (const row of rows) {
    const key = keyOf(row.phone, row.key_id);
    recorded.set(key, [...(recorded.get(key) ?? []), row]);
  }
  const confirmed = new Set(
    journal.filter(({ kind }) => kind === 'message_confirmed').map(({ phone, id }) => keyOf(phone!, id!)),
  );
  const refused = journal.filter(({ kind, dropped }) => kind === 'message_refused' && dropped);
  const gone = new Set([...confirmed, ...refused.map(({ phone, id }) => keyOf(phone!, id!))]);
  const missing = written.filter(({ account, id, text }) =>
    (recorded.get(keyOf(account, id)) ?? []).every((row) => row.text !== text),
  );
  const say = ({ account, sort, text, id }: Written) => `${sort} message ${id} to ${account}, "${text}"`;
  return [
    {
      promise: 'every message that got a receipt is recorded',
      broken: missing.filter(({ account, id }) => gone.has(keyOf(account, id))).map(say),
    },
    {
      promise: 'every message got a receipt in the end',
      broken: written.filter(({ account, id }) => !gone.has(keyOf(account, id))).map(say),
    },
    {
      promise: 'nothing is recorded twice',
      broken: [...recorded].filter(([, each]) => each.length > 1).map(([key]) => key),
    },
    {
      promise: 'every recorded text reached the outbound webhook',
      broken: written
        .filter(({ account, sort, text }) => sort !== 'own phone' && !delivered.has(`${account} ${text}`))
        .map(say),
    },
  ];
}

function sending({ asked, refusals, journal, population }: Evidence, rows: MessageRow[]): Finding[] {
  const byId = new Map(rows.map((row) => [publicMessageId(row.key_id), row]));
  const owners = new Set(population.accounts);
  const shownTo = journal.filter(
    ({ kind, phone }) => kind === 'message_shown' && !owners.has(digits(phone!)),
  );
  const seen = new Map<string, number>();
  for (const { text = '' } of shownTo) seen.set(text, (seen.get(text) ?? 0) + 1);
  const failed = (one: Asked) => byId.get(one.messageId ?? '')?.state === 'failed';
  const say = (one: Asked) =>
    `"${one.text}" (${byId.get(one.messageId ?? '')?.state ?? 'not in the database'})`;
  return [
    { promise: 'no request was refused', broken: refusals },
    {
      promise: 'every message was accepted in the end',
      broken: asked.filter(({ messageId }) => messageId === undefined).map(({ text }) => text),
    },
    {
      promise: 'every accepted message was shown, or failed and was refunded',
      broken: asked.filter((one) => one.messageId && !seen.has(one.text) && !failed(one)).map(say),
    },
    {
      promise: 'what was shown is not told to have failed',
      broken: asked.filter((one) => seen.has(one.text) && failed(one)).map(say),
    },
    {
      promise: 'what was shown is known to be delivered',
      broken: asked
        .filter(
          (one) =>
            seen.has(one.text) &&
            !['delivered', 'read', 'failed'].includes(byId.get(one.messageId!)?.state ?? ''),
        )
        .map(say),
    },
    {
      promise: 'nobody saw a message twice',
      broken: [...seen].filter(([, times]) => times > 1).map(([text, times]) => `"${text}" ${times} times`),
    },
    { promise: 'messages of a chat left in order', broken: outOfOrder(journal) },
    {
      promise: 'phones could read all that they got',
      broken: journal
        .filter(({ kind, shown, retry }) => kind === 'message_unreadable' && !shown && retry === 0)
        .map(({ phone, from, id, error }) => `${phone} could not read ${id} of ${from}: ${error}`),
    },
  ];
}

/** The first arrival of each message at the network, compared with its number in its chat. */
function outOfOrder(journal: Entry[]): string[] {
  const latest = new Map<string, number>();
  const arrived = new Set<string>();
  const wrong: string[] = [];
  for (const { kind, text = '' } of journal) {
    const match = kind === 'message_from_device' ? /^(\d+>\d+) #(\d+)$/.exec(text) : null;
    if (!match || arrived.has(text)) continue;
    arrived.add(text);
    const [, chat = '', number = ''] = match;
    if (Number(number) < (latest.get(chat) ?? -1)) wrong.push(`"${text}" left after #${latest.get(chat)}`);
    else latest.set(chat, Number(number));
  }
  return wrong;
}

async function ledgerOf(
  { population }: Evidence,
  sent: MessageRow[],
  database: ObservedDatabase,
): Promise<string[]> {
  const [sums] = await database.query<{ balance: number; total: number }>(
    `select balance, (select sum(delta)::int from credit_entry where workspace_id = $1) as total
       from credit_balance where workspace_id = $1`,
    [population.workspaceId],
  );
  const wrong = sent
    .filter(({ charges, refunds, state }) => charges !== 1 || refunds !== (state === 'failed' ? 1 : 0))
    .map((row) => `"${row.text}" (${row.state}) has ${row.charges} charges and ${row.refunds} refunds`);
  const { balance, total } = sums!;
  if (balance !== total) wrong.push(`the balance is ${balance}, the sum of the ledger ${total}`);
  const due = population.credits - sent.filter(({ state }) => state !== 'failed').length;
  if (balance !== due) wrong.push(`the balance is ${balance} instead of ${due}`);
  return wrong;
}
