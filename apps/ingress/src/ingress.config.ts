import { ClusterServiceConfig, Setting } from '@waypost/platform';
import { IsInt, Min } from 'class-validator';

export class IngressConfig extends ClusterServiceConfig {
  @Setting({
    key: 'MAX_WAITING_REQUESTS',
    describe: 'Most requests that wait to be accepted; those beyond are answered 503 at once.',
  })
  @IsInt()
  @Min(1)
  maxWaitingRequests: number = 4_096;
}
