import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  Matches,
  Max,
  Min,
  ValidateIf,
} from 'class-validator';
import { FAULT_KINDS, type FaultKind } from '../faults/fault.js';

const TIMED = ['new_chats_locked', 'temporary_ban'];

export class FaultDto {
  @IsIn(FAULT_KINDS, { message: `kind must be one of ${FAULT_KINDS.join(', ')}` })
  kind!: FaultKind;

  /** `delay`, `reject_late`: milliseconds. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(600_000)
  ms?: number;

  /** `new_chats_locked`, `temporary_ban`: how long from now. */
  @ValidateIf(({ kind, seconds }: FaultDto) => TIMED.includes(kind) || seconds !== undefined)
  @IsInt()
  @Min(0)
  @Max(2_592_000)
  seconds?: number;

  /** What is said to whom is hit: the error code, or the reason of a ban. */
  @IsOptional()
  @IsInt()
  @Min(100)
  @Max(599)
  code?: number;

  /** How many messages, receipts, queries, logins or scans are hit. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  count?: number;

  /** `accept_versions`: the clients that are let in. */
  @ValidateIf(({ kind, versions }: FaultDto) => kind === 'accept_versions' || versions !== undefined)
  @ArrayNotEmpty()
  @ArrayMaxSize(20)
  @Matches(/^\d+\.\d+\.\d+$/, { each: true, message: 'each of versions must be like "2.3000.1035194821"' })
  versions?: string[];

  /** `duplicate_next`: whether the second copy comes under the writer's other address. */
  @IsOptional()
  @IsBoolean()
  otherAddress?: boolean;
}
