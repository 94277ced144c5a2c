import { bareJid, jidKind, parsePhone } from '@waypost/kernel';
import { Equals, IsOptional, ValidateBy } from 'class-validator';
import { readFileUrl } from './read-file-url.js';

const MAX_TEXT_CHARACTERS = 65_536;
const MAX_NAME_CHARACTERS = 255;
/** Beyond what WhatsApp allows for any name. */
const MAX_CHAT_NAME_CHARACTERS = 1_000;

/** A rule of our own: `check` returns what is wrong, to be read after the field's name. */
function Rule(
  name: string,
  check: (value: unknown, fields: SendFields) => string | undefined,
): PropertyDecorator {
  const problem = (value: unknown, fields: object | undefined) =>
    unstorable(value) ?? check(value, fields as SendFields);
  return ValidateBy({
    name,
    validator: {
      validate: (value: unknown, args) => problem(value, args?.object) === undefined,
      defaultMessage: (args) => `${args!.property} ${problem(args!.value, args!.object)}`,
    },
  });
}

/** Postgres cannot store U+0000, and a lone surrogate has no UTF-8. */
function unstorable(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (value.includes('\0')) return 'must not contain the character U+0000';
  return value.isWellFormed() ? undefined : 'must not contain half a surrogate pair';
}

/** The fields of a webhook request, absent ones left out. Declared in the order in which problems are told. */
export class SendFields {
  @Equals('send', { message: 'action must be "send"' })
  action?: unknown;

  @Rule('text', (value, { file_url }) => {
    if (value === undefined) return 'is missing';
    if (typeof value !== 'string') return 'must be a string';
    if (value === '' && file_url === undefined) return 'must not be empty without file_url';
    return atMost(MAX_TEXT_CHARACTERS, value);
  })
  text!: string;

  @IsOptional()
  @Rule('phone', checkPhone)
  phone?: string;

  @IsOptional()
  @Rule('jid', (value) => {
    if (typeof value !== 'string') return 'must be a string';
    return isRecipientJid(value)
      ? undefined
      : 'must be a WhatsApp JID like 14151231234@s.whatsapp.net or 120363025246125486@g.us';
  })
  jid?: string;

  @IsOptional()
  @Rule('chatId', (value) =>
    (typeof value === 'string' && /^\d{1,18}$/.test(value)) ||
    (Number.isSafeInteger(value) && Number(value) >= 0)
      ? undefined
      : 'must be the number of a chat, as shown in its URL',
  )
  chat_id?: string | number;

  @IsOptional()
  @Rule('chatName', (value) =>
    typeof value === 'string' ? atMost(MAX_CHAT_NAME_CHARACTERS, value) : 'must be a string',
  )
  chat_name?: string;

  @IsOptional()
  @Rule('fileUrl', (value) => {
    if (typeof value !== 'string') return 'must be a string';
    const read = readFileUrl(value);
    return 'problem' in read ? read.problem : undefined;
  })
  file_url?: string;

  @Rule('fileName', (value, { file_url }) => {
    // As forms send it that name every file in advance.
    if (file_url === undefined) return undefined;
    if (value === undefined) return 'is missing; a file needs a name';
    if (typeof value !== 'string') return 'must be a string';
    if (/[/\\]/.test(value)) return 'must not contain / or \\';
    if (/\p{Cc}/u.test(value)) return 'must not contain control characters';
    if (value === '.' || value === '..') return `must not be "${value}"`;
    return atMost(MAX_NAME_CHARACTERS, value);
  })
  file_name?: string;

  @IsOptional()
  @Rule('accountPhone', checkPhone)
  whatsapp_account_phone?: string;
}

function isRecipientJid(value: string): boolean {
  const jid = bareJid(value);
  switch (jid === undefined ? 'other' : jidKind(jid)) {
    case 'phone':
    case 'lid':
      return /^\d{1,20}@/.test(jid!);
    case 'group':
      // Older groups are named after who made them, and when.
      return /^\d{1,20}(-\d{1,20})?@/.test(jid!);
    case 'other':
      return false;
  }
}

function checkPhone(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be a string';
  return parsePhone(value) === undefined
    ? 'must be a phone number of up to 20 digits, like +14151231234'
    : undefined;
}

/** Characters are counted as people count them, not in UTF-16 units. */
function atMost(characters: number, value: string): string | undefined {
  const tooLong = value.length > characters && [...value].length > characters;
  return tooLong ? `must have at most ${characters} characters` : undefined;
}
