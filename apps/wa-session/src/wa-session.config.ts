import { EachIs, EncryptionKeys, FileServiceConfig, Setting } from '@waypost/platform';
import { ArrayNotEmpty, IsInt, IsNumber, IsOptional, Matches, Max, Min } from 'class-validator';
import { bundledVersion, isVersion } from './whatsapp/client-version.js';

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
    key: 'KEY_CACHE_MB',
    describe:
      'Memory of one pod for the Signal keys and sessions of all its accounts, in megabytes. What does not fit is read from Postgres again.',
  })
  @IsInt()
  @Min(1)
  @Max(65_536)
  keyCacheMb: number = 64;

  @Setting({
    key: 'CONNECT_TIMEOUT_MS',
    describe:
      'Longest a connection to WhatsApp may take until it is open, in milliseconds. While what waited at WhatsApp comes in it counts from the latest of that on; over all, a connection may take ten times as long.',
  })
  @IsInt()
  @Min(1_000)
  connectTimeoutMs: number = 60_000;

  @Setting({
    key: 'CONNECTS_PER_SECOND',
    describe:
      'Most connections to WhatsApp that all pods together begin in a second. A lost pod with 500 accounts is connected again within ten seconds at 100.',
  })
  @IsNumber()
  @Min(0.1)
  @Max(1_000)
  connectsPerSecond: number = 100;

  @Setting({
    key: 'WHATSAPP_VERSIONS',
    describe:
      'Versions of WhatsApp Web to connect with, the preferred one first, separated by commas. The others are tried when WhatsApp refuses it as too old.',
    defaultInWords: 'the version that was current when this release was made',
  })
  @EachIs('versions of three numbers, like 2.3000.1043857760', isVersion)
  @ArrayNotEmpty()
  whatsAppVersions: string[] = [bundledVersion()];

  @Setting({
    key: 'DRAIN_MS',
    describe:
      'How long a pod that is told to stop may take to finish its sends and to hand its accounts on, in milliseconds. SHUTDOWN_TIMEOUT_MS, 30000 for this service unless it is set, must be above it.',
  })
  @IsInt()
  @Min(1_000)
  drainMs: number = 20_000;

  override shutdownTimeoutMs: number = 30_000;
}
