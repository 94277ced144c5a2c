import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import type { Addressing } from '../nodes/address.js';
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

/** A text that somebody writes on their phone. */
export class WriteMessageDto {
  @IsPhone()
  to!: string;

  @IsString()
  @Length(1, 65_536)
  text!: string;

  /** The WhatsApp id; made up when missing. */
  @IsOptional()
  @Matches(/^[A-Za-z0-9._-]{1,64}$/, {
    message: 'id must be 1 to 64 letters, digits, dots, dashes or underscores',
  })
  id?: string;
}
