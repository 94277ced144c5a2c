import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import {
  CreditStatisticsResource,
  DaysQuery,
  MessageStatisticsQuery,
  MessageStatisticsResource,
} from './statistics-resource.js';
import { Statistics } from './statistics.js';

@Controller('api/v1/statistics')
@ApiTags('Statistics')
export class StatisticsController {
  constructor(private readonly statistics: Statistics) {}

  @Get('messages')
  @Access('member')
  @ApiOperation({ summary: 'Count messages by day and by account' })
  @ApiOkResponse({ type: MessageStatisticsResource, description: 'How many there were.' })
  messages(
    @CurrentCaller() caller: Caller,
    @Query() query: MessageStatisticsQuery,
  ): Promise<MessageStatisticsResource> {
    return this.statistics.messages(caller, query);
  }

  @Get('credits')
  @Access('owner')
  @ApiOperation({ summary: 'Tell the credits used and left by day' })
  @ApiOkResponse({ type: CreditStatisticsResource, description: 'Use and balance.' })
  credits(@CurrentCaller() caller: Caller, @Query() query: DaysQuery): Promise<CreditStatisticsResource> {
    return this.statistics.credits(caller, query);
  }
}
