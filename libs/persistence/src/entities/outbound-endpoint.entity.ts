import { Column, Entity, PrimaryColumn } from 'typeorm';

export type EndpointState = 'healthy' | 'backing_off' | 'disabled';

@Entity('outbound_endpoint')
export class OutboundEndpointEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'workspace_id' }) workspaceId!: string;
  @Column('text', { nullable: true }) url!: string | null;
  /** 0 delivers each message on its own; 1, 6, 12 and 24 bundle. */
  @Column('smallint', { name: 'granularity_hours' }) granularityHours!: number;
  @Column('boolean') enabled!: boolean;
  @Column('bytea', { name: 'secret_sealed' }) secretSealed!: Buffer;
  @Column('text') state!: EndpointState;
  @Column('integer', { name: 'consecutive_errors' }) consecutiveErrors!: number;
  @Column('text', { name: 'disabled_reason', nullable: true }) disabledReason!: string | null;
  @Column('timestamptz', { name: 'next_attempt_at', nullable: true }) nextAttemptAt!: Date | null;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}
