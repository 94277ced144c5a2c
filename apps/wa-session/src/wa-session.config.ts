import { EncryptionKeys, FileServiceConfig, Setting } from '@waypost/platform';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';

export class WaSessionConfig extends FileServiceConfig {
  @EncryptionKeys()
  encryptionKeys!: string;

  @Setting({
    key: 'SANDBOX_WS_URL',
    describe: 'Address of the simulated WhatsApp network, for accounts whose network is sandbox.',
  })
  @IsOptional()
  @Matches(/^wss?:\/\/.+/)
  sandboxWebSocketUrl?: string;

  @Setting({
    key: 'LEASE_TTL_MS',
    describe: 'How long an account stays with a pod that does not renew its lease, in milliseconds.',
  })
  @IsInt()
  @Min(3_000)
  leaseTtlMs: number = 30_000;

  @Setting({ key: 'MAX_SESSIONS', describe: 'Most accounts that one pod holds.' })
  @IsInt()
  @Min(1)
  maxSessions: number = 500;

  @Setting({
    key: 'MAX_CACHED_KEYS',
    describe: 'Signal keys and sessions kept in memory per account, besides Postgres.',
  })
  @IsInt()
  @Min(100)
  @Max(1_000_000)
  maxCachedKeys: number = 1_000;

  @Setting({
    key: 'CONNECT_TIMEOUT_MS',
    describe: 'Longest a connection to WhatsApp may take until it is open, in milliseconds.',
  })
  @IsInt()
  @Min(1_000)
  connectTimeoutMs: number = 60_000;
}
