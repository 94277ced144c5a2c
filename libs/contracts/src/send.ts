import { IsIn, IsInt, IsNotEmpty, IsNumber, IsOptional, IsString, IsUUID, Matches } from 'class-validator';

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
  @IsString() text!: string;
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
}
