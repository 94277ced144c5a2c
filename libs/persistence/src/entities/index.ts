import { AccountPairingEntity } from './account-pairing.entity.js';
import { AccountEntity } from './account.entity.js';
import { ApiTokenEntity } from './api-token.entity.js';
import { CreditEntryEntity } from './credit-entry.entity.js';
import { InboundWebhookEntity } from './inbound-webhook.entity.js';
import { MemberSessionEntity } from './member-session.entity.js';
import { MemberEntity } from './member.entity.js';
import { WorkspaceEntity } from './workspace.entity.js';

export * from './account-pairing.entity.js';
export * from './account.entity.js';
export * from './api-token.entity.js';
export * from './credit-entry.entity.js';
export * from './inbound-webhook.entity.js';
export * from './member-session.entity.js';
export * from './member.entity.js';
export * from './workspace.entity.js';

export const entities = [
  AccountEntity,
  AccountPairingEntity,
  ApiTokenEntity,
  CreditEntryEntity,
  InboundWebhookEntity,
  MemberEntity,
  MemberSessionEntity,
  WorkspaceEntity,
];
