import { Transform, Type } from 'class-transformer';
import {
  IsBase64,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { MEDIA_KINDS, type MediaKind } from '../media/media-cipher.js';
import { MAX_MEDIA_BYTES } from '../media/media-server.js';
import type { Addressing } from '../nodes/address.js';
import type { Writing } from '../people/people.js';
import { TARGETED_KINDS, WRITTEN_KINDS, type WrittenKind } from '../signal/kind-body.js';
import { IsPhone } from './phone-field.js';

/** What can be set about a simulated person. Everything is optional. */
export class PutContactDto {
  /** Shown to those they write to. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  name?: string;

  @IsOptional()
  @IsBoolean()
  onWhatsApp?: boolean;

  /** The digits of the LID; `@lid` may follow. */
  @IsOptional()
  @Transform(({ value }) => (typeof value === 'string' ? value.replace(/@lid$/, '') : value))
  @Matches(/^\d{5,20}$/, { message: 'lid must be 5 to 20 digits, like "123456789012345"' })
  lid?: string;

  /** Whether the phone is reachable. */
  @IsOptional()
  @IsBoolean()
  online?: boolean;

  /** Whether a read receipt follows the delivered one. */
  @IsOptional()
  @IsBoolean()
  readsMessages?: boolean;

  /** Whether accounts see this person under their phone number (`pn`) or under their LID. */
  @IsOptional()
  @IsIn(['pn', 'lid'])
  addressing?: Addressing;
}

/** A file that somebody sends from their phone. */
export class MediaDto {
  @IsIn(MEDIA_KINDS)
  kind!: MediaKind;

  @IsOptional()
  @IsString()
  @Length(1, 255)
  fileName?: string;

  @Matches(/^[\w.+-]+\/[\w.+-]+$/, { message: 'mimeType must be like image/png' })
  mimeType!: string;

  /** The content. */
  @IsBase64()
  @MaxLength(MAX_MEDIA_BYTES, { message: `base64 must have at most ${MAX_MEDIA_BYTES} characters` })
  base64!: string;
}

/** What somebody writes on their phone: a text, a file, or a file with a caption. */
export class WriteMessageDto {
  @IsPhone()
  to!: string;

  @ValidateIf(
    ({ media, kind, text }: WriteMessageDto) =>
      text !== undefined || (media === undefined && kind === undefined),
  )
  @IsString()
  @Length(1, 65_536)
  text?: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => MediaDto)
  media?: MediaDto;

  /** What it is, when it is no plain text. */
  @IsOptional()
  @IsIn(WRITTEN_KINDS)
  kind?: WrittenKind;

  /** The id of the message that is edited, deleted or reacted to. */
  @ValidateIf(({ kind }: WriteMessageDto) => kind !== undefined && TARGETED_KINDS.includes(kind))
  @IsString()
  @Length(1, 64)
  target?: string;

  /** The WhatsApp id; made up when missing. */
  @IsOptional()
  @Matches(/^[A-Za-z0-9._-]{1,64}$/, {
    message: 'id must be 1 to 64 letters, digits, dots, dashes or underscores',
  })
  id?: string;
}

/** A phone asks for a message once more. */
export class AskAgainDto {
  /** The account that sent it. */
  @IsPhone()
  from!: string;

  @IsString()
  @Length(1, 64)
  id!: string;

  /** Whether the phone offers keys for a new session, as it does from the second time on. */
  @IsOptional()
  @IsBoolean()
  withKeys?: boolean;
}

/** @param host the host and port through which the request came: the media server is there as well */
export function toWriting(
  { to, text = '', id, media, kind, target }: WriteMessageDto,
  host: string,
): Writing {
  return {
    to,
    text,
    id,
    kind,
    target,
    media: media && { ...media, content: Buffer.from(media.base64, 'base64'), host },
  };
}
