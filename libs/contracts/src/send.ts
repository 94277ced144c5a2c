import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  ValidateNested,
} from 'class-validator';

export const FILE_KINDS = ['image', 'video', 'audio', 'document'] as const;
/** As what WhatsApp shows a file. */
export type FileKind = (typeof FILE_KINDS)[number];

/** A file to send; its content is in the attachment store. */
export class SendFile {
  @IsUUID() fileId!: string;
  @IsIn(FILE_KINDS) kind!: FileKind;
  /** What the recipient sees as its name. */
  @IsString() @IsNotEmpty() name!: string;
  @IsString() @IsNotEmpty() mimeType!: string;
}

/** A message that the owner of the account's session is asked to send. */
export class SendRequest {
  @IsUUID() messageId!: string;
  @IsUUID() accountId!: string;
  /** The lease epoch under which the sender believes the pod holds the account. */
  @IsInt() epoch!: number;
  /** The WhatsApp key id to use on the wire, for this and every later try. */
  @Matches(/^[0-9A-F]{8,40}$/) keyId!: string;
  /** Where to: `…@s.whatsapp.net`, `…@lid` or `…@g.us`. */
  @IsString() @IsNotEmpty() recipientJid!: string;
  /** The caption, where there is a file; empty for none. */
  @IsString() text!: string;
  @IsOptional() @ValidateNested() @Type(() => SendFile) file?: SendFile;
  /** Unix milliseconds after which the request must not be started any more: its caller has given up. */
  @IsNumber() deadlineAt!: number;
}

export const SEND_OUTCOMES = ['acked', 'rejected', 'not_connected', 'unknown'] as const;

/**
 * How a send ended.
 * - `acked`: WhatsApp's server acknowledged it.
 * - `rejected`: WhatsApp refused it for good (`code`, `reason`); never retry.
 * - `not_connected`: nothing left; try when the account is connected.
 * - `unknown`: it may have left, no acknowledgement was seen; try again with the same key id.
 */
export type SendOutcome = (typeof SEND_OUTCOMES)[number];

export class SendReply {
  @IsUUID() messageId!: string;
  @IsIn(SEND_OUTCOMES) outcome!: SendOutcome;
  @IsOptional() @IsString() code?: string;
  @IsOptional() @IsString() reason?: string;
  /** With code 463: unix milliseconds until which the account may not write to new contacts, when WhatsApp told. */
  @IsOptional() @IsNumber() newChatsLockedUntil?: number;
}

/** Asks the owner of the account's session whether a phone number is on WhatsApp. */
export class LookUpRequest {
  @IsUUID() accountId!: string;
  @IsInt() epoch!: number;
  /** `…@s.whatsapp.net` */
  @IsString() @IsNotEmpty() jid!: string;
  /** Unix milliseconds after which nobody waits for the answer. */
  @IsNumber() deadlineAt!: number;
}

export const LOOK_UP_OUTCOMES = ['found', 'missing', 'not_connected', 'unknown'] as const;

/**
 * - `found`: messages go to `jid`, which may differ from the one that was asked for (Brazil's ninth digit).
 * - `missing`: the number is not on WhatsApp.
 * - `not_connected`: nobody was asked; try when the account is connected.
 * - `unknown`: WhatsApp did not answer.
 */
export type LookUpOutcome = (typeof LOOK_UP_OUTCOMES)[number];

export class LookUpReply {
  @IsIn(LOOK_UP_OUTCOMES) outcome!: LookUpOutcome;
  @IsOptional() @IsString() jid?: string;
}
