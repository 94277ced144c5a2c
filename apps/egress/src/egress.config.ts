import { isNetwork } from '@waypost/safe-http';
import { ClusterServiceConfig, EachIs, EncryptionKeys, Numbers, Setting } from '@waypost/platform';
import { Transform } from 'class-transformer';
import { ArrayNotEmpty, IsInt, IsNotEmpty, IsString, Matches, Max, Min, ValidateIf } from 'class-validator';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export class EgressConfig extends ClusterServiceConfig {
  @Setting({
    key: 'CONSOLE_PUBLIC_URL',
    describe: 'Where people open the console; chat links in outbound payloads begin with it.',
  })
  @Transform(({ value }) => String(value).replace(/\/+$/, ''))
  @Matches(/^https?:\/\/.+/)
  consolePublicUrl!: string;

  @EncryptionKeys()
  encryptionKeys!: string;

  @Setting({
    key: 'OUTBOUND_ALLOWED_NETWORKS',
    describe:
      'Networks that outbound webhooks may reach although they are not public, as CIDR ranges separated by commas.',
  })
  @EachIs('CIDR ranges such as 10.1.0.0/16', isNetwork)
  outboundAllowedNetworks: string[] = [];

  @Setting({
    key: 'OUTBOUND_CONNECT_TIMEOUT_MS',
    describe: 'Longest that connecting to an outbound webhook may take, in milliseconds.',
  })
  @IsInt()
  @Min(1)
  outboundConnectTimeoutMs: number = 5_000;

  @Setting({
    key: 'OUTBOUND_TIMEOUT_MS',
    describe: 'Longest that one request to an outbound webhook may take in all, in milliseconds.',
  })
  @IsInt()
  @Min(1)
  @Max(20_000)
  outboundTimeoutMs: number = 15_000;

  @Setting({
    key: 'OUTBOUND_BACKOFF_MS',
    describe:
      'How long an outbound webhook is left alone after its 1st, 2nd, … consecutive error, in milliseconds (each ± 20 %); the last one holds for all later ones.',
  })
  @Numbers()
  @ArrayNotEmpty()
  @IsInt({ each: true })
  @Min(1, { each: true })
  outboundBackoffMs: number[] = [
    5_000,
    30_000,
    2 * MINUTE_MS,
    5 * MINUTE_MS,
    15 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    2 * HOUR_MS,
    4 * HOUR_MS,
    8 * HOUR_MS,
  ];

  @Setting({
    key: 'OUTBOUND_CONCURRENCY',
    describe:
      'Most deliveries at a time in this process. A webhook takes at most 8 of them, while it does not answer for OUTBOUND_TIMEOUT_MS each.',
  })
  @IsInt()
  @Min(8)
  outboundConcurrency: number = 1_000;

  @Setting({
    key: 'OUTBOUND_MAX_ERRORS',
    describe:
      'How many errors in a row an outbound webhook may have; one more disables it and mails the owners of the workspace.',
  })
  @IsInt()
  @Min(1)
  outboundMaxErrors: number = 10;

  @Setting({
    key: 'OUTBOUND_RETENTION_HOURS',
    describe:
      'How long deliveries wait for an outbound webhook that was disabled because of errors, and how long one is tried that alone is refused while others get through, in hours.',
  })
  @IsInt()
  @Min(1)
  outboundRetentionHours: number = 72;

  @Setting({
    key: 'OUTBOUND_KEPT_DAYS',
    describe:
      'How long deliveries and bundles are kept when they are finished, in days. The log of the last 100 requests is kept apart.',
  })
  @IsInt()
  @Min(2)
  outboundKeptDays: number = 7;

  @Setting({
    key: 'EVENTS_KEPT_DAYS',
    describe:
      'How long WhatsApp events are kept when they are recorded, in days: what WhatsApp delivers again after a crash is answered from them.',
  })
  @IsInt()
  @Min(2)
  eventsKeptDays: number = 14;

  @Setting({
    key: 'OUTBOUND_MAX_WAITING',
    describe:
      'Most messages that may wait for one outbound webhook, in open windows and for delivery; beyond it new ones are not kept for it.',
  })
  @IsInt()
  @Min(1)
  outboundMaxWaiting: number = 100_000;

  @Setting({
    key: 'SMTP_URL',
    secret: true,
    describe:
      'Mail server, as smtp://user:password@host:port or smtps://…; without it mails are kept: the console shows notices and invitation links, and nobody can reset a password by mail.',
  })
  @ValidateIf((config: EgressConfig) => config.smtpUrl !== '')
  @Matches(/^smtps?:\/\/.+/)
  smtpUrl: string = '';

  @Setting({ key: 'MAIL_FROM', describe: 'Sender of mails, as in Waypost <waypost@example.com>.' })
  @ValidateIf((config: EgressConfig) => config.smtpUrl !== '')
  @Matches(/.@./)
  mailFrom: string = '';

  @Setting({ key: 'PRODUCT_NAME', describe: 'What this product is called in mails and in aggregated notes.' })
  @IsString()
  @IsNotEmpty()
  productName: string = 'Waypost';
}
