import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { Database, SecretBox } from '@waypost/persistence';
import { PlatformModule } from '@waypost/platform';
import { AccessSweep } from './access/access-sweep.js';
import { AccessGuard } from './access/access.guard.js';
import { BrowserSession } from './access/browser-session.js';
import { CallerDirectory } from './access/caller-directory.js';
import { AccountsController } from './accounts/accounts.controller.js';
import { Accounts } from './accounts/accounts.js';
import { Pairings } from './accounts/pairings.js';
import { SimulatedPhones } from './accounts/simulated-phones.js';
import { AuditLogController } from './audit-log/audit-log.controller.js';
import { AuditLog } from './audit-log/audit-log.js';
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
import { AcceptanceController } from './invitations/acceptance.controller.js';
import { Acceptance } from './invitations/acceptance.js';
import { InvitationsController } from './invitations/invitations.controller.js';
import { Invitations } from './invitations/invitations.js';
import { AttemptLimits } from './limits/attempt-limits.js';
import { EventsController } from './live/events.controller.js';
import { LiveStreams } from './live/live-streams.js';
import { TellChanges } from './live/tell-changes.interceptor.js';
import { LinkMails } from './mails/link-mails.js';
import { Mails } from './mails/mails.js';
import { MailsController } from './mails/mails.controller.js';
import { MembersController } from './members/members.controller.js';
import { Members } from './members/members.js';
import { OutboundEndpoints } from './outbound-webhook/outbound-endpoints.js';
import { OutboundRequests } from './outbound-webhook/outbound-requests.js';
import { OutboundWebhookController } from './outbound-webhook/outbound-webhook.controller.js';
import { TestDelivery } from './outbound-webhook/test-delivery.js';
import { PasswordCheck } from './passwords/password-check.js';
import { PasswordsController } from './passwords/passwords.controller.js';
import { Passwords } from './passwords/passwords.js';
import { PermalinksController } from './permalinks/permalinks.controller.js';
import { Profiles } from './sign-in/profiles.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignIn } from './sign-in/sign-in.js';
import { StatisticsController } from './statistics/statistics.controller.js';
import { Statistics } from './statistics/statistics.js';
import { ApiTokens } from './tokens/api-tokens.js';
import { TokensController } from './tokens/tokens.controller.js';
import { RecordActions } from './writing/record-actions.interceptor.js';
import { Writes } from './writing/writes.js';

/** The composition root. */
@Module({})
export class ConsoleModule {
  static from(config: ConsoleConfig): DynamicModule {
    return {
      module: ConsoleModule,
      imports: [PlatformModule.cluster('console', config, { readOnly: true })],
      controllers: [
        SignInController,
        PasswordsController,
        AcceptanceController,
        TokensController,
        MembersController,
        InvitationsController,
        AuditLogController,
        AccountsController,
        ChatsController,
        PermalinksController,
        StatisticsController,
        InboundWebhookController,
        OutboundWebhookController,
        CreditsController,
        MailsController,
        EventsController,
      ],
      providers: [
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: TellChanges },
        { provide: APP_INTERCEPTOR, useClass: RecordActions },
        { provide: APP_PIPE, useClass: RequestValidation },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: SecretBox, useFactory: () => new SecretBox(config.encryptionKeys) },
        Writes,
        CallerDirectory,
        SignIn,
        AttemptLimits,
        PasswordCheck,
        Passwords,
        Invitations,
        Acceptance,
        BrowserSession,
        LinkMails,
        AuditLog,
        AccessSweep,
        Profiles,
        ApiTokens,
        Members,
        Accounts,
        Pairings,
        {
          provide: SimulatedPhones,
          inject: [Database],
          useFactory: (database: Database) => new SimulatedPhones(database, config.sandboxWebSocketUrl),
        },
        Chats,
        Conversation,
        Statistics,
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
