import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

export type CreditReason = 'grant' | 'charge' | 'refund';

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
