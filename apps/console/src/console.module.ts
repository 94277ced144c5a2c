import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { systemClock } from '@waypost/kernel';
import { SecretBox } from '@waypost/persistence';
import { PlatformModule } from '@waypost/platform';
import { AccessGuard } from './access/access.guard.js';
import { CallerDirectory } from './access/caller-directory.js';
import { AccountsController } from './accounts/accounts.controller.js';
import { Accounts } from './accounts/accounts.js';
import { Pairings } from './accounts/pairings.js';
import { ChatsController } from './chats/chats.controller.js';
import { Chats } from './chats/chats.js';
import { Conversation } from './chats/conversation.js';
import { Outbox } from './chats/outbox.js';
import type { ConsoleConfig } from './console.config.js';
import { CreditLedger } from './credits/credit-ledger.js';
import { CreditsController } from './credits/credits.controller.js';
import { ProblemFilter } from './http/problem.filter.js';
import { RequestValidation } from './http/request-validation.js';
import { InboundAttempts } from './inbound-webhook/inbound-attempts.js';
import { InboundTest } from './inbound-webhook/inbound-test.js';
import { InboundWebhookController } from './inbound-webhook/inbound-webhook.controller.js';
import { InboundWebhooks } from './inbound-webhook/inbound-webhooks.js';
import { EventsController } from './live/events.controller.js';
import { LiveStreams } from './live/live-streams.js';
import { TellChanges } from './live/tell-changes.interceptor.js';
import { Mails } from './mails/mails.js';
import { MailsController } from './mails/mails.controller.js';
import { MembersController } from './members/members.controller.js';
import { Members } from './members/members.js';
import { OutboundEndpoints } from './outbound-webhook/outbound-endpoints.js';
import { OutboundRequests } from './outbound-webhook/outbound-requests.js';
import { OutboundWebhookController } from './outbound-webhook/outbound-webhook.controller.js';
import { TestDelivery } from './outbound-webhook/test-delivery.js';
import { PermalinksController } from './permalinks/permalinks.controller.js';
import { Profiles } from './sign-in/profiles.js';
import { CLOCK, SignInLimits } from './sign-in/sign-in-limits.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignIn } from './sign-in/sign-in.js';
import { ApiTokens } from './tokens/api-tokens.js';
import { TokensController } from './tokens/tokens.controller.js';

/** The composition root. */
@Module({})
export class ConsoleModule {
  static from(config: ConsoleConfig): DynamicModule {
    return {
      module: ConsoleModule,
      imports: [PlatformModule.cluster('console', config)],
      controllers: [
        SignInController,
        TokensController,
        MembersController,
        AccountsController,
        ChatsController,
        PermalinksController,
        InboundWebhookController,
        OutboundWebhookController,
        CreditsController,
        MailsController,
        EventsController,
      ],
      providers: [
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: TellChanges },
        { provide: APP_PIPE, useClass: RequestValidation },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: CLOCK, useValue: systemClock },
        { provide: SecretBox, useFactory: () => new SecretBox(config.encryptionKeys) },
        CallerDirectory,
        SignIn,
        SignInLimits,
        Profiles,
        ApiTokens,
        Members,
        Accounts,
        Pairings,
        Chats,
        Conversation,
        Outbox,
        InboundWebhooks,
        InboundAttempts,
        InboundTest,
        OutboundEndpoints,
        OutboundRequests,
        TestDelivery,
        Mails,
        CreditLedger,
        LiveStreams,
      ],
    };
  }
}
