import { IsIn, IsInt, IsOptional, Max, Min, ValidateIf } from 'class-validator';
import { CONDITION_FAULTS, CONNECTION_FAULTS, type FaultKind } from '../faults/fault.js';

const KINDS = [...CONNECTION_FAULTS, ...CONDITION_FAULTS];

export class FaultDto {
  @IsIn(KINDS, { message: `kind must be one of ${KINDS.join(', ')}` })
  kind!: FaultKind;

  /** `delay`: milliseconds. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(600_000)
  ms?: number;

  /** `new_chats_locked`: how long from now. */
  @ValidateIf(({ kind, seconds }: FaultDto) => kind === 'new_chats_locked' || seconds !== undefined)
  @IsInt()
  @Min(0)
  @Max(2_592_000)
  seconds?: number;

  /** `reject_next`: the error code of the ack. */
  @IsOptional()
  @IsInt()
  @Min(400)
  @Max(599)
  code?: number;

  /** `drop_acks`, `duplicate_next`, `reject_next`: for how many messages. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  count?: number;
}
