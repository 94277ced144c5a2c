import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
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
import { SimulatedPhones } from './simulated-phones.js';

@Controller('api/v1/accounts')
@ApiTags('Accounts')
export class AccountsController {
  constructor(
    private readonly accounts: Accounts,
    private readonly pairings: Pairings,
    private readonly simulatedPhones: SimulatedPhones,
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

  @Delete(':accountId')
  @HttpCode(204)
  @Access('owner')
  @ApiOperation({
    summary: 'Remove an account',
    description:
      'Logs it out at WhatsApp. What waits to be sent fails and is refunded within two minutes; its chats stay readable.',
  })
  @ApiNoContentResponse({ description: 'It is removed.' })
  remove(@CurrentCaller() caller: Caller, @Param('accountId', UuidId) accountId: string): Promise<void> {
    return this.accounts.remove(caller, accountId);
  }

  @Post(':accountId/reconnect')
  @HttpCode(202)
  @Access('owner')
  @Refuses('account-not-linked')
  @ApiOperation({
    summary: 'Connect an account now',
    description:
      'Ends a wait, and starts an account that stopped, is in use elsewhere, or was logged out less than 7 days ago, should that have been a mistake. A connected account is left alone.',
  })
  @ApiAcceptedResponse({ type: AccountResource, description: 'The account as it is now.' })
  reconnect(
    @CurrentCaller() caller: Caller,
    @Param('accountId', UuidId) accountId: string,
  ): Promise<AccountResource> {
    return this.accounts.reconnect(caller, accountId);
  }

  @Post(':accountId/logout')
  @HttpCode(202)
  @Access('owner')
  @Refuses('account-not-linked')
  @ApiOperation({
    summary: 'Log an account out',
    description:
      'Ends its link at WhatsApp, soon, also when it is not connected. Messages that wait stay in the queue for their 24 hours.',
  })
  @ApiAcceptedResponse({ type: AccountResource, description: 'The account as it is now.' })
  logOut(
    @CurrentCaller() caller: Caller,
    @Param('accountId', UuidId) accountId: string,
  ): Promise<AccountResource> {
    return this.accounts.logOut(caller, accountId);
  }

  @Post(':accountId/pairing')
  @HttpCode(202)
  @Access('owner')
  @Refuses('account-linked')
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

  @Post(':accountId/pairing/scan')
  @HttpCode(202)
  @Access('owner')
  @ApiOperation({
    summary: 'Let a simulated phone scan the QR',
    description: 'Of an account in the sandbox. Nothing happens while there is no QR to scan.',
  })
  @ApiAcceptedResponse({ type: PairingResource, description: 'The pairing as it is now.' })
  async scanPairing(
    @CurrentCaller() caller: Caller,
    @Param('accountId', UuidId) accountId: string,
  ): Promise<PairingResource> {
    await this.simulatedPhones.scan(caller, accountId);
    return this.pairings.read(caller, accountId);
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
