import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

@Entity('inbound_webhook')
export class InboundWebhookEntity {
  @PrimaryColumn('uuid', { name: 'workspace_id' }) workspaceId!: string;
  @Column('bytea', { name: 'token_hash' }) tokenHash!: Buffer;
  @Column('bytea', { name: 'token_sealed' }) tokenSealed!: Buffer;
  @Column('boolean') enabled!: boolean;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
}
