import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

/**
 * Why a balance changed: a `grant`; a message was queued (`charge`) or cannot be sent (`refund`); the month's `allowance` came,
 * or what was left of it ended (`expiry`).
 */
export const CREDIT_REASONS = ['grant', 'charge', 'refund', 'allowance', 'expiry'] as const;
export type CreditReason = (typeof CREDIT_REASONS)[number];

@Entity('credit_entry')
export class CreditEntryEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' }) id!: string;
  @Column('uuid', { name: 'workspace_id' }) workspaceId!: string;
  @Column('integer') delta!: number;
  /** The balance after this entry. */
  @Column('integer') balance!: number;
  @Column('text') reason!: CreditReason;
  @Column('uuid', { name: 'message_id', nullable: true }) messageId!: string | null;
  @Column('text', { nullable: true }) note!: string | null;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
}
