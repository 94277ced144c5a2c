import { Column, Entity, PrimaryColumn } from 'typeorm';

export type PairingMethod = 'qr' | 'code';
export type PairingState = 'requested' | 'waiting' | 'linked' | 'expired' | 'failed';

@Entity('account_pairing')
export class AccountPairingEntity {
  @PrimaryColumn('uuid', { name: 'account_id' }) accountId!: string;
  @Column('text') method!: PairingMethod;
  @Column('text', { nullable: true }) phone!: string | null;
  @Column('text') state!: PairingState;
  @Column('text', { nullable: true }) qr!: string | null;
  @Column('text', { nullable: true }) code!: string | null;
  @Column('text', { nullable: true }) detail!: string | null;
  @Column('timestamptz', { name: 'requested_at' }) requestedAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}
