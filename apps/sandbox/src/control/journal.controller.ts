import { Controller, Get, Inject, Query, UsePipes } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import type { JournalEntry } from '../journal/journal.js';
import { SandboxNetwork } from '../sandbox-network.js';
import { requestPipe } from './request-pipes.js';

export class JournalQuery {
  /** The `nextAfter` of the previous page; 0 begins with the oldest entry kept. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  after: number = 0;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000)
  limit: number = 1_000;
}

@Controller('journal')
@UsePipes(requestPipe)
export class JournalController {
  constructor(@Inject(SandboxNetwork) private readonly network: SandboxNetwork) {}

  @Get()
  list(@Query() { after, limit }: JournalQuery): Promise<{ items: JournalEntry[]; nextAfter: number }> {
    return this.network.readJournal(after, limit);
  }
}
