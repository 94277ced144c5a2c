import { bareJid, jidToPhone, messageCost, parsePhone, phoneToJid } from '@waypost/kernel';
import { validateSync } from 'class-validator';
import type { SendOrder } from './accept-request.js';
import { readFileUrl } from './read-file-url.js';
import type { JsonObject } from './read-json-object.js';
import { SendFields } from './send-fields.js';

const RECIPIENTS = ['phone', 'jid', 'chat_id', 'chat_name'] as const;
const OPTIONAL = [...RECIPIENTS, 'file_url', 'file_name', 'whatsapp_account_phone'] as const;
/** Printed with spaces in a widely used description of this webhook. */
const ACCOUNT_PHONE_ALIAS = 'whatsapp account phone';
const KNOWN = new Set<string>(['action', 'text', ...OPTIONAL, ACCOUNT_PHONE_ALIAS]);

const MAX_IGNORED_FIELDS = 20;
const MAX_IGNORED_CHARACTERS = 100;

/** Reads a webhook request: the message that it orders, or everything that is wrong with it. */
export function readSendOrder(body: JsonObject): { order: SendOrder } | { problems: string[] } {
  const fields = pickFields(body);
  const given = RECIPIENTS.filter((field) => fields[field] !== undefined);
  const problems = [
    ...validateSync(fields, { stopAtFirstError: true }).map((error) => Object.values(error.constraints!)[0]!),
    ...(given.length === 1 ? [] : [recipientProblem(given)]),
  ];
  if (problems.length > 0) return { problems };
  const { text } = fields;
  const file = fileOf(fields);
  return {
    order: {
      to: recipient(fields),
      accountPhone: fields.whatsapp_account_phone && parsePhone(fields.whatsapp_account_phone),
      text,
      file,
      cost: messageCost({ text, hasFile: file !== undefined }),
    },
  };
}

/** The names of fields that mean nothing here, as far as a log can hold them. */
export function listIgnoredFields(body: JsonObject): string[] {
  return Object.keys(body)
    .filter((name) => !KNOWN.has(name))
    .slice(0, MAX_IGNORED_FIELDS)
    .map((name) => name.slice(0, MAX_IGNORED_CHARACTERS).toWellFormed().replaceAll('\0', '\ufffd'));
}

/** Optional fields that are null or empty, as forms send them, count as absent; unknown fields are ignored. */
function pickFields(body: JsonObject): SendFields {
  const fields = new SendFields();
  fields.action = body['action'];
  fields.text = body['text'] as string;
  const optional = fields as unknown as JsonObject;
  for (const name of OPTIONAL) optional[name] = present(body[name]);
  optional['whatsapp_account_phone'] ??= present(body[ACCOUNT_PHONE_ALIAS]);
  // A chat belongs to one account.
  if (fields.chat_id !== undefined) delete fields.whatsapp_account_phone;
  return fields;
}

function present(value: unknown): unknown {
  return value === null || value === '' ? undefined : value;
}

function recipientProblem(given: readonly string[]): string {
  const need = `exactly one of ${RECIPIENTS.join(', ')} must be given`;
  return given.length === 0 ? `${need}, none is` : `${need}, not ${given.join(' and ')}`;
}

function recipient(fields: SendFields): SendOrder['to'] {
  if (fields.chat_id !== undefined) return { chatId: String(fields.chat_id) };
  if (fields.chat_name !== undefined) return { chatName: fields.chat_name };
  if (fields.phone !== undefined) {
    const phone = parsePhone(fields.phone)!;
    return { jid: phoneToJid(phone), phone };
  }
  const jid = bareJid(fields.jid!)!;
  return { jid, phone: jidToPhone(jid) };
}

function fileOf({ file_url, file_name }: SendFields): SendOrder['file'] {
  if (file_url === undefined) return undefined;
  const read = readFileUrl(file_url);
  return 'url' in read ? { url: read.url, name: file_name! } : undefined;
}
