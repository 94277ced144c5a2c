import { Type } from 'class-transformer';
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
  ValidateNested,
} from 'class-validator';

/**
 * What wa-session writes to `wa_event.event` and egress reads, by `wa_event.kind`. JIDs carry no device part. Texts are storable:
 * well-formed Unicode without U+0000.
 */
export const WA_EVENT_KINDS = [
  'message',
  'edit',
  'delete',
  'undecryptable',
  'ack',
  'receipt',
  'contact',
  'group',
  'protocol',
] as const;
export type WaEventKind = (typeof WA_EVENT_KINDS)[number];

/** What a message is: text and emoji, a file of some kind, something else that people send, or `other`: recorded without its content. */
export const MESSAGE_CONTENTS = [
  'text',
  'image',
  'video',
  'audio',
  'document',
  'sticker',
  'contact',
  'location',
  'poll',
  'event',
  'other',
] as const;
export type MessageContentKind = (typeof MESSAGE_CONTENTS)[number];

/** Who wrote what where: the beginning of all that is told of a message. */
export class MessageEnvelope {
  @IsString() @IsNotEmpty() keyId!: string;
  /** The chat's address as WhatsApp used it, and the same person's other form (LID or phone number) when it is known. */
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
}

/** kind `message`: a message received, or sent from the owner's phone. */
export class MessageEvent extends MessageEnvelope {
  @IsIn(MESSAGE_CONTENTS) content!: MessageContentKind;
  /** The text; the caption of a file; the name of a contact, place, poll or event. */
  @IsString() text!: string;
}

/** kind `edit`: its author gave a message another text. */
export class EditEvent extends MessageEnvelope {
  /** The message that is edited. */
  @IsString() @IsNotEmpty() targetKeyId!: string;
  @IsString() text!: string;
}

/** kind `delete`: a message was deleted for everyone. */
export class DeleteEvent extends MessageEnvelope {
  /** The message that is gone. */
  @IsString() @IsNotEmpty() targetKeyId!: string;
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

/** kind `contact`: something was learned of a person. At least one of the optional fields is given. */
export class ContactEvent {
  @IsString() @IsNotEmpty() jid!: string;
  /** The same person's other form: LID for phone number, or back. */
  @IsOptional() @IsString() altJid?: string;
  /** From the owner's address book or the history: never better than the name a person gives themselves. */
  @IsOptional() @IsString() name?: string;
}

/** A member of a group whose both addresses are known. */
export class GroupParticipant {
  @IsString() @IsNotEmpty() jid!: string;
  @IsString() @IsNotEmpty() altJid!: string;
}

/** kind `group`: what a group is called, and who is in it. */
export class GroupEvent {
  @IsString() @IsNotEmpty() jid!: string;
  @IsOptional() @IsString() subject?: string;
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(5_000)
  @ValidateNested({ each: true })
  @Type(() => GroupParticipant)
  participants?: GroupParticipant[];
}
