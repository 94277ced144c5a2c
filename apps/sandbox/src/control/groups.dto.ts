import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsIn,
  IsOptional,
  IsString,
  Length,
  Matches,
} from 'class-validator';
import type { Addressing } from '../nodes/address.js';
import { IsPhone, IsPhoneList } from './phone-field.js';

export class CreateGroupDto {
  @IsString()
  @Length(1, 100)
  subject!: string;

  /** Accounts and contacts; the first makes the group. */
  @IsPhoneList()
  @ArrayMinSize(1)
  @ArrayMaxSize(1024)
  @ArrayUnique({ message: 'participants must not name a phone twice' })
  participants!: string[];

  /** Whether members appear under their LID, as in groups made today, or under their phone number. */
  @IsOptional()
  @IsIn(['pn', 'lid'])
  addressing?: Addressing;
}

/** What a member changes about a group. */
export class ChangeGroupDto {
  /** The member who does it; the first one when missing. */
  @IsOptional()
  @IsPhone()
  by?: string;

  @IsOptional()
  @IsString()
  @Length(1, 100)
  subject?: string;

  @IsOptional()
  @IsPhoneList()
  @ArrayMaxSize(1024)
  @ArrayUnique({ message: 'add must not name a phone twice' })
  add?: string[];

  @IsOptional()
  @IsPhoneList()
  @ArrayMaxSize(1024)
  @ArrayUnique({ message: 'remove must not name a phone twice' })
  remove?: string[];
}

/** What a member writes on the phone. */
export class WriteGroupMessageDto {
  @IsPhone()
  from!: string;

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
