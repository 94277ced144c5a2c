import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  Min,
} from 'class-validator';

/**
 * What wa-session writes to `wa_event.event` and egress reads, by `wa_event.kind`. JIDs carry no device part. Texts are storable:
 * well-formed Unicode without U+0000.
 */
export const WA_EVENT_KINDS = ['message', 'undecryptable', 'ack', 'receipt', 'protocol'] as const;
export type WaEventKind = (typeof WA_EVENT_KINDS)[number];

/** kind `message`: a message received, or sent from the owner's phone. */
export class MessageEvent {
  @IsString() @IsNotEmpty() keyId!: string;
  /** The chat's address as WhatsApp used it, and the same person's other form (LID or phone number) when the stanza told it. */
  @IsString() @IsNotEmpty() chatJid!: string;
  @IsOptional() @IsString() chatAltJid?: string;
  /** The author; equals the chat in a direct chat with a received message. */
  @IsString() @IsNotEmpty() senderJid!: string;
  @IsOptional() @IsString() senderAltJid?: string;
  /** True when the account itself wrote it, on another of its devices. */
  @IsBoolean() fromMe!: boolean;
  @IsOptional() @IsString() pushName?: string;
  /** WhatsApp's time of the message, unix seconds. */
  @IsInt() @Min(0) @Max(32_503_680_000) timestamp!: number;
  /** `text` for text and emoji; `attachment` for anything with a file; `other` is recorded but not shown as text. */
  @IsIn(['text', 'attachment', 'other']) content!: 'text' | 'attachment' | 'other';
  @IsString() text!: string;
}

/** kind `ack`: WhatsApp's server answered a send of ours. */
export class AckEvent {
  @IsString() @IsNotEmpty() keyId!: string;
  /** Present when the server refused the message. */
  @IsOptional() @IsString() errorCode?: string;
  /** Unix seconds. */
  @IsInt() @Min(0) timestamp!: number;
}

/** kind `receipt`: the other side's device got (`delivered`) or its owner saw (`read`) messages that the account sent. */
export class ReceiptEvent {
  @IsArray() @ArrayMaxSize(10_000) @IsString({ each: true }) keyIds!: string[];
  @IsString() @IsNotEmpty() chatJid!: string;
  @IsIn(['delivered', 'read']) status!: 'delivered' | 'read';
  /** Unix seconds. */
  @IsInt() @Min(0) timestamp!: number;
}
