import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

export type Network = 'whatsapp' | 'sandbox';
export type AccountState =
  'unlinked' | 'pairing' | 'connecting' | 'connected' | 'backing_off' | 'logged_out' | 'conflict' | 'stopped';
/** What somebody wants of an account's session. */
export type AccountWish = 'reconnect' | 'log_out';

@Entity('account')
export class AccountEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'workspace_id' }) workspaceId!: string;
  @Column('uuid', { name: 'owner_member_id' }) ownerMemberId!: string;
  @Column('text') network!: Network;
  /** With `+`; empty until the account was linked once. */
  @Column('text', { nullable: true }) phone!: string | null;
  @Column('text', { nullable: true }) lid!: string | null;
  @Column('text', { name: 'push_name', nullable: true }) pushName!: string | null;
  @Column('text') state!: AccountState;
  @Column('text', { name: 'state_reason', nullable: true }) stateReason!: string | null;
  @Column('timestamptz', { name: 'retry_at', nullable: true }) retryAt!: Date | null;
  @Column('timestamptz', { name: 'connected_at', nullable: true }) connectedAt!: Date | null;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
}
