import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
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
import { Refuses } from '../http/refuses.decorator.js';
import {
  CreateMemberBody,
  MemberPage,
  MemberResource,
  NewMemberResource,
  PatchMemberBody,
} from './member-resource.js';
import { Members } from './members.js';

@Controller('api/v1/members')
@ApiTags('Members')
export class MembersController {
  constructor(private readonly members: Members) {}

  @Get()
  @Access('owner')
  @ApiOperation({ summary: 'List the members', description: 'Oldest first.' })
  @ApiOkResponse({ type: MemberPage, description: 'A page of members.' })
  list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<Page<MemberResource>> {
    return this.members.list(caller, query);
  }

  @Post()
  @Access('owner')
  @Refuses('email-taken')
  @ApiOperation({ summary: 'Add a member', description: 'Hand the first password over yourself.' })
  @ApiCreatedResponse({
    type: NewMemberResource,
    description: 'The member, with a password shown this once.',
  })
  create(@CurrentCaller() caller: Caller, @Body() body: CreateMemberBody): Promise<NewMemberResource> {
    return this.members.add(caller, body);
  }

  @Patch(':memberId')
  @Access('owner')
  @Refuses('last-owner')
  @ApiOperation({ summary: 'Change a member', description: 'Holds from the member’s next request.' })
  @ApiOkResponse({ type: MemberResource, description: 'The member as it is now.' })
  patch(
    @CurrentCaller() caller: Caller,
    @Param('memberId', UuidId) memberId: string,
    @Body() body: PatchMemberBody,
  ): Promise<MemberResource> {
    return this.members.change(caller, memberId, body);
  }

  @Delete(':memberId')
  @HttpCode(204)
  @Access('owner')
  @Refuses('last-owner')
  @ApiOperation({
    summary: 'Remove a member',
    description: 'Signed out and without tokens at once. The accounts that the member added pass to you.',
  })
  @ApiNoContentResponse({ description: 'Removed.' })
  remove(@CurrentCaller() caller: Caller, @Param('memberId', UuidId) memberId: string): Promise<void> {
    return this.members.remove(caller, memberId);
  }
}
