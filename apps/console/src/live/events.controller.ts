import { Controller, Sse, type MessageEvent } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { Refuses } from '../http/refuses.decorator.js';
import { LiveStreams } from './live-streams.js';

const DESCRIPTION = `
Server-sent events that say what of the workspace changed; read it again over the API. An event \`changed\` has the data
\`{"topics": [...]}\` with some of \`accounts\`, \`chats\`, \`credits\`, \`inbound-webhook\`, \`outbound-webhook\`, \`members\`. The first one names
all of them, so nothing is missed by connecting again after a cut. An event \`ping\` comes every 20 seconds. The stream ends after five
minutes; connect again.`.trim();

@Controller('api/v1/events')
@ApiTags('Live')
export class EventsController {
  constructor(private readonly streams: LiveStreams) {}

  @Sse()
  @Access('member')
  @Refuses('too-many-streams')
  @ApiOperation({ summary: 'Follow what changes', description: DESCRIPTION })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({
    description: 'The stream.',
    schema: { type: 'string', example: 'event: changed\ndata: {"topics":["chats"]}\n\n' },
  })
  follow(@CurrentCaller() caller: Caller): Observable<MessageEvent> {
    return this.streams.open(caller);
  }
}
