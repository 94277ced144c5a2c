import { ClusterServiceConfig, EncryptionKeys, Setting } from '@waypost/platform';
import { IsInt, IsOptional, Matches, Min } from 'class-validator';

const IsAddress = () =>
  Matches(/^https?:\/\/[^/?#]+(\/[^?#]*)?(?<!\/)$/, {
    message: '$property must be an address like https://console.example, without a slash at the end',
  });

export class ConsoleConfig extends ClusterServiceConfig {
  @Setting({
    key: 'CONSOLE_PUBLIC_URL',
    describe: 'Where browsers reach the console, without a trailing slash; https makes its cookies secure.',
  })
  @IsAddress()
  consolePublicUrl!: string;

  @Setting({
    key: 'INGRESS_PUBLIC_URL',
    describe:
      'Where systems reach the inbound webhook, without a trailing slash; webhook URLs begin with it.',
  })
  @IsAddress()
  ingressPublicUrl!: string;

  @EncryptionKeys()
  encryptionKeys!: string;

  @Setting({
    key: 'SANDBOX_WS_URL',
    describe:
      'Where wa-session reaches the simulated network, if there is one: there a simulated phone scans for whoever has none.',
  })
  @IsOptional()
  @Matches(/^wss?:\/\/.+/)
  sandboxWebSocketUrl?: string;

  @Setting({
    key: 'TRUST_PROXY',
    describe:
      'Addresses or networks of the reverse proxies whose X-Forwarded-For is believed, separated by commas; none by default.',
  })
  @Matches(/^[0-9a-f.:]+(\/\d{1,3})?$/i, {
    each: true,
    message: '$property must be IP addresses or networks like 10.0.0.0/8',
  })
  trustProxy: string[] = [];

  @Setting({ key: 'AUDIT_KEPT_DAYS', describe: 'How long the audit log is kept, in days.' })
  @IsInt()
  @Min(1)
  auditKeptDays: number = 400;
}
