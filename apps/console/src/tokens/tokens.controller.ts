import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
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
import { ApiTokens } from './api-tokens.js';
import { CreateTokenBody, NewTokenResource, TokenPage, type TokenResource } from './token-resource.js';

@Controller('api/v1/tokens')
@ApiTags('API tokens')
export class TokensController {
  constructor(private readonly tokens: ApiTokens) {}

  @Get()
  @Access('owner')
  @ApiOperation({ summary: 'List API tokens', description: 'Those that are not revoked, newest first.' })
  @ApiOkResponse({ type: TokenPage, description: 'A page of tokens.' })
  list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<Page<TokenResource>> {
    return this.tokens.list(caller, query);
  }

  @Post()
  @Access('owner')
  @ApiOperation({ summary: 'Create an API token', description: 'It acts for the owner who creates it.' })
  @ApiCreatedResponse({ type: NewTokenResource, description: 'The token, shown this once.' })
  create(@CurrentCaller() caller: Caller, @Body() body: CreateTokenBody): Promise<NewTokenResource> {
    return this.tokens.create(caller, body.name);
  }

  @Delete(':tokenId')
  @HttpCode(204)
  @Access('owner')
  @ApiOperation({ summary: 'Revoke an API token', description: 'It stops working at once.' })
  @ApiNoContentResponse({ description: 'Revoked.' })
  revoke(@CurrentCaller() caller: Caller, @Param('tokenId', UuidId) tokenId: string): Promise<void> {
    return this.tokens.revoke(caller, tokenId);
  }
}
