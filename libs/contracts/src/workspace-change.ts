import { ArrayMinSize, IsIn, IsUUID } from 'class-validator';

/** What of a workspace people look at. */
export const CHANGE_TOPICS = [
  'accounts',
  'chats',
  'credits',
  'inbound-webhook',
  'outbound-webhook',
  'members',
] as const;
export type ChangeTopic = (typeof CHANGE_TOPICS)[number];

/** Something of a workspace changed and is committed: who shows it may read it again. May be lost. */
export class WorkspaceChange {
  @IsUUID() workspaceId!: string;
  @ArrayMinSize(1) @IsIn(CHANGE_TOPICS, { each: true }) topics!: ChangeTopic[];
}
