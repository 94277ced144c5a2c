import { EachIs, FileServiceConfig, Numbers, Setting } from '@waypost/platform';
import { isNetwork } from '@waypost/safe-http';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsInt,
  Max,
  Min,
  Validate,
  ValidatorConstraint,
  type ValidationArguments,
} from 'class-validator';

@ValidatorConstraint({ name: 'notBelowMinimum' })
class NotBelowMinimum {
  validate(max: number, { object }: ValidationArguments): boolean {
    return max >= (object as DispatcherConfig).sendPaceMinMs;
  }

  defaultMessage(): string {
    return 'it must not be less than SEND_PACE_MIN_MS';
  }
}

export class DispatcherConfig extends FileServiceConfig {
  @Setting({
    key: 'SEND_PACE_MIN_MS',
    describe: 'Shortest pause between two sends of one account, from the end of the first, in milliseconds.',
  })
  @IsInt()
  @Min(0)
  @Max(600_000)
  sendPaceMinMs: number = 1_500;

  @Setting({
    key: 'SEND_PACE_MAX_MS',
    describe: 'Longest such pause; each one is drawn at random between the two.',
  })
  @IsInt()
  @Max(600_000)
  @Validate(NotBelowMinimum)
  sendPaceMaxMs: number = 2_500;

  @Setting({
    key: 'SEND_TIMEOUT_MS',
    describe:
      'How long to wait until WhatsApp acknowledges a message, in milliseconds; then it is sent again under the same id.',
  })
  @IsInt()
  @Min(500)
  @Max(120_000)
  sendTimeoutMs: number = 15_000;

  @Setting({
    key: 'NEW_CHATS_LOCK_MS',
    describe:
      'How long an account writes to no new contacts after WhatsApp refused one (error 463) without saying for how long, in milliseconds.',
  })
  @IsInt()
  @Min(1_000)
  @Max(604_800_000)
  newChatsLockMs: number = 3_600_000;

  @Setting({
    key: 'SEND_CONCURRENCY',
    describe: 'Most accounts for which this process sends at the same time.',
  })
  @IsInt()
  @Min(1)
  sendConcurrency: number = 512;

  @Setting({
    key: 'FETCH_CONCURRENCY',
    describe:
      'Most files that this process fetches at the same time. One host, and one workspace, have at most a quarter of it.',
  })
  @IsInt()
  @Min(4)
  @Max(1_000)
  fetchConcurrency: number = 32;

  @Setting({
    key: 'FETCH_TIMEOUT_MS',
    describe: 'Longest that fetching a file may take in all, redirects included, in milliseconds.',
  })
  @IsInt()
  @Min(100)
  @Max(120_000)
  fetchTimeoutMs: number = 30_000;

  @Setting({
    key: 'FETCH_RETRY_MS',
    describe:
      'Pauses before the 2nd, 3rd, … try to fetch a file whose host fails or does not answer, in milliseconds (each ± 20 %); then it failed.',
  })
  @Numbers()
  @ArrayNotEmpty()
  @ArrayMaxSize(10)
  @IsInt({ each: true })
  @Min(1, { each: true })
  fetchRetryMs: number[] = [2_000, 5_000, 10_000];

  @Setting({
    key: 'FILE_ALLOWED_NETWORKS',
    describe:
      'Networks that file_url may point at although they are not public, as CIDR ranges separated by commas.',
  })
  @EachIs('CIDR ranges such as 10.1.0.0/16', isNetwork)
  fileAllowedNetworks: string[] = [];
}
