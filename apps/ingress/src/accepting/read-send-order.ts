import { bareJid, jidToPhone, messageCost, parsePhone, phoneToJid } from '@waypost/kernel';
import { validateSync } from 'class-validator';
import type { JsonObject } from './read-json-object.js';
import { SendFields } from './send-fields.js';
import type { SendOrder } from './verdict.js';

const RECIPIENTS = ['phone', 'jid', 'chat_id', 'chat_name'] as const;
const OPTIONAL = [...RECIPIENTS, 'file_url', 'file_name', 'whatsapp_account_phone'] as const;
/** Printed with spaces in a widely used description of this webhook. */
const ACCOUNT_PHONE_ALIAS = 'whatsapp account phone';

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
  return {
    order: {
      to: recipient(fields),
      accountPhone: fields.whatsapp_account_phone && parsePhone(fields.whatsapp_account_phone),
      text,
      cost: messageCost({ text, hasFile: false }),
    },
  };
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
  if (fields.phone !== undefined) {
    const phone = parsePhone(fields.phone)!;
    return { jid: phoneToJid(phone), phone };
  }
  const jid = bareJid(fields.jid!)!;
  return { jid, phone: jidToPhone(jid) };
}
