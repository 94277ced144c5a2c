import { isIP } from 'node:net';
import { ClusterServiceConfig, EachIs, Setting } from '@waypost/platform';
import { IsInt, Min } from 'class-validator';

const RANGES = ['loopback', 'linklocal', 'uniquelocal'];

export class IngressConfig extends ClusterServiceConfig {
  @Setting({
    key: 'MAX_WAITING_REQUESTS',
    describe: 'Most requests that wait to be accepted; those beyond are answered 503 at once.',
  })
  @IsInt()
  @Min(1)
  maxWaitingRequests: number = 4_096;

  @Setting({
    key: 'TRUST_PROXY',
    describe:
      'Reverse proxies whose X-Forwarded-For tells the client’s address (shown in the log of attempts, and counted when tokens are guessed): addresses, CIDR ranges, or loopback, linklocal, uniquelocal. Without any, the address of the connection counts.',
  })
  @EachIs(`addresses, CIDR ranges, or one of ${RANGES.join(', ')}`, isProxyRange)
  trustProxy: string[] = [];
}

function isProxyRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  if (RANGES.includes(text)) return true;
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)]!;
  if (most < 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
}
