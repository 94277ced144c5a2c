import { Body, Controller, Get, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { PageQuery, type Page } from '../http/page.js';
import { Refuses } from '../http/refuses.decorator.js';
import { CreditLedger } from './credit-ledger.js';
import {
  AllowanceBody,
  CreditEntryPage,
  CreditEntryResource,
  CreditsResource,
  GrantBody,
} from './credit-resource.js';

@Controller('api/v1/credits')
@ApiTags('Credits')
export class CreditsController {
  constructor(private readonly ledger: CreditLedger) {}

  @Get()
  @Access('owner')
  @ApiOperation({ summary: 'Read the balance' })
  @ApiOkResponse({ type: CreditsResource, description: 'The balance.' })
  read(@CurrentCaller() caller: Caller): Promise<CreditsResource> {
    return this.ledger.read(caller);
  }

  @Put('allowance')
  @Access('owner')
  @Refuses('too-many-credits')
  @ApiOperation({
    summary: 'Set the monthly allowance',
    description:
      'The first one comes at once, the next on the first of each month (UTC), when what is left of the one before ends. ' +
      'A change of an allowance that runs already holds from the next month.',
  })
  @ApiOkResponse({ type: CreditsResource, description: 'The balance as it is now.' })
  setAllowance(@CurrentCaller() caller: Caller, @Body() body: AllowanceBody): Promise<CreditsResource> {
    return this.ledger.setAllowance(caller, body.amount);
  }

  @Get('ledger')
  @Access('owner')
  @ApiOperation({ summary: 'List every change of the balance', description: 'Newest first.' })
  @ApiOkResponse({ type: CreditEntryPage, description: 'A page of the ledger.' })
  list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<Page<CreditEntryResource>> {
    return this.ledger.list(caller, query);
  }

  @Post('grants')
  @Access('owner')
  @Refuses('too-many-credits')
  @ApiOperation({ summary: 'Grant credits' })
  @ApiCreatedResponse({ type: CreditEntryResource, description: 'The entry in the ledger.' })
  grant(@CurrentCaller() caller: Caller, @Body() body: GrantBody): Promise<CreditEntryResource> {
    return this.ledger.grant(caller, body);
  }
}
