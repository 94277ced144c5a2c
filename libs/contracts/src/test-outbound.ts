import { IsBoolean, IsInt, IsNumber, IsOptional, IsString, IsUUID } from 'class-validator';

/** Asks to post a sample of what the outbound endpoint gets at present, whatever its state. It needs a URL. */
export class TestOutboundRequest {
  @IsUUID() endpointId!: string;
  /** The endpoint must be of this workspace. */
  @IsUUID() workspaceId!: string;
}

/** What became of the sample. It counts neither as an error nor as a success of the endpoint, and is in the log of its requests. */
export class TestOutboundReply {
  /** True when the receiver answered 200 in time. */
  @IsBoolean() ok!: boolean;
  /** Absent when no complete answer came. */
  @IsOptional() @IsInt() status?: number;
  /** A sentence, when not ok. */
  @IsOptional() @IsString() error?: string;
  /** When not ok: `status` for an answer that is not 200, `no_url`, `no_endpoint`, `busy` when too many are on their way, or why no complete answer came (safe-http's classes). */
  @IsOptional() @IsString() errorClass?: string;
  /** Of the request; 0 when none was made. */
  @IsNumber() durationMs!: number;
  /** What was answered, at most 16 KiB of it; absent when no complete answer came. */
  @IsOptional() @IsString() responseBody?: string;
  /** What was posted; empty when nothing was. */
  @IsString() requestBody!: string;
}
