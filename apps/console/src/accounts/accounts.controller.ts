import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { UuidId } from '../http/id.pipe.js';
import { PageQuery, type Page } from '../http/page.js';
import { Refuses } from '../http/refuses.decorator.js';
import { AccountPage, AccountResource, CreateAccountBody, PatchAccountBody } from './account-resource.js';
import { Accounts } from './accounts.js';
import { PairingResource, RequestPairingBody } from './pairing-resource.js';
import { Pairings } from './pairings.js';

@Controller('api/v1/accounts')
@ApiTags('Accounts')
export class AccountsController {
  constructor(
    private readonly accounts: Accounts,
    private readonly pairings: Pairings,
  ) {}

  @Get()
  @Access('member')
  @ApiOperation({ summary: 'List accounts', description: 'Oldest first.' })
  @ApiOkResponse({ type: AccountPage, description: 'A page of accounts.' })
  list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<Page<AccountResource>> {
    return this.accounts.list(caller, query);
  }

  @Post()
  @Access('owner')
  @ApiOperation({ summary: 'Add an account', description: 'Then link it: request a pairing.' })
  @ApiCreatedResponse({ type: AccountResource, description: 'The account, not linked yet.' })
  create(@CurrentCaller() caller: Caller, @Body() body: CreateAccountBody): Promise<AccountResource> {
    return this.accounts.create(caller, body.network);
  }

  @Get(':accountId')
  @Access('member')
  @ApiOperation({ summary: 'Read an account' })
  @ApiOkResponse({ type: AccountResource, description: 'The account.' })
  read(
    @CurrentCaller() caller: Caller,
    @Param('accountId', UuidId) accountId: string,
  ): Promise<AccountResource> {
    return this.accounts.get(caller, accountId);
  }

  @Patch(':accountId')
  @Access('owner')
  @ApiOperation({ summary: 'Set the pace of an account', description: 'Holds from the next send.' })
  @ApiOkResponse({ type: AccountResource, description: 'The account as it is now.' })
  patch(
    @CurrentCaller() caller: Caller,
    @Param('accountId', UuidId) accountId: string,
    @Body() body: PatchAccountBody,
  ): Promise<AccountResource> {
    return this.accounts.setPace(caller, accountId, body);
  }

  @Post(':accountId/pairing')
  @HttpCode(202)
  @Access('owner')
  @Refuses('account-connected')
  @ApiOperation({
    summary: 'Link an account',
    description: 'Asks for a QR or a code; read the pairing until it is there, and on until it is `linked`.',
  })
  @ApiAcceptedResponse({ type: PairingResource, description: 'The pairing, `requested`.' })
  requestPairing(
    @CurrentCaller() caller: Caller,
    @Param('accountId', UuidId) accountId: string,
    @Body() body: RequestPairingBody,
  ): Promise<PairingResource> {
    return this.pairings.request(caller, accountId, body);
  }

  @Get(':accountId/pairing')
  @Access('owner')
  @ApiOperation({ summary: 'Follow the linking of an account' })
  @ApiOkResponse({ type: PairingResource, description: 'The latest pairing.' })
  readPairing(
    @CurrentCaller() caller: Caller,
    @Param('accountId', UuidId) accountId: string,
  ): Promise<PairingResource> {
    return this.pairings.read(caller, accountId);
  }
}
