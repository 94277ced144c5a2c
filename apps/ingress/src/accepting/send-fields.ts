import { bareJid, jidKind, parsePhone } from '@waypost/kernel';
import { Equals, IsOptional, ValidateBy } from 'class-validator';

const MAX_TEXT_CHARACTERS = 65_536;
const LATER = 'is not available in this version';

/** A rule of our own: `check` returns what is wrong, to be read after the field's name. */
function Rule(name: string, check: (value: unknown) => string | undefined): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value: unknown) => check(value) === undefined,
      defaultMessage: (args) => `${args!.property} ${check(args!.value)}`,
    },
  });
}

/** Postgres cannot store U+0000, and a lone surrogate has no UTF-8. */
const Storable = () =>
  Rule('storable', (value) => {
    if (typeof value !== 'string') return undefined;
    if (value.includes('\0')) return 'must not contain the character U+0000';
    return value.isWellFormed() ? undefined : 'must not contain half a surrogate pair';
  });

const NotInThisVersion = () => Rule('notInThisVersion', () => LATER);

/** The fields of a webhook request, absent ones left out. Declared in the order in which problems are told. */
export class SendFields {
  @Equals('send', { message: 'action must be "send"' })
  action?: unknown;

  @Storable()
  @Rule('text', (value) => {
    if (value === undefined) return 'is missing';
    if (typeof value !== 'string') return 'must be a string';
    if (value === '') return 'must not be empty';
    const tooLong = value.length > MAX_TEXT_CHARACTERS && [...value].length > MAX_TEXT_CHARACTERS;
    return tooLong ? `must have at most ${MAX_TEXT_CHARACTERS} characters` : undefined;
  })
  text!: string;

  @IsOptional()
  @Storable()
  @Rule('phone', checkPhone)
  phone?: string;

  @IsOptional()
  @Storable()
  @Rule('jid', (value) => {
    if (typeof value !== 'string') return 'must be a string';
    const jid = bareJid(value);
    const kind = jid === undefined ? 'other' : jidKind(jid);
    if (kind === 'group') return `of a group ${LATER}`;
    return jid !== undefined && /^\d{1,20}@/.test(jid) && kind !== 'other'
      ? undefined
      : 'must be a WhatsApp JID like 14151231234@s.whatsapp.net';
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
  @NotInThisVersion()
  chat_name?: unknown;

  @IsOptional()
  @NotInThisVersion()
  file_url?: unknown;

  @IsOptional()
  @NotInThisVersion()
  file_name?: unknown;

  @IsOptional()
  @Storable()
  @Rule('accountPhone', checkPhone)
  whatsapp_account_phone?: string;
}

function checkPhone(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be a string';
  return parsePhone(value) === undefined
    ? 'must be a phone number of up to 20 digits, like +14151231234'
    : undefined;
}
