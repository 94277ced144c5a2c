import { IsBoolean, IsIn, IsNotEmpty, IsString, IsUrl, ValidateIf } from 'class-validator';
import { ClusterServiceConfig } from './service-config.js';
import { Setting } from './setting.js';

function OnS3(): PropertyDecorator {
  return ValidateIf((config: FileServiceConfig) => config.attachmentStore === 's3');
}

/** What a service reads that handles the contents of files. All of them must agree on it. */
export class FileServiceConfig extends ClusterServiceConfig {
  @Setting({
    key: 'ATTACHMENT_STORE',
    describe: 'Where files wait until they are sent: postgres, or s3 for anything that speaks S3.',
  })
  @IsIn(['postgres', 's3'])
  attachmentStore: 'postgres' | 's3' = 'postgres';

  @Setting({
    key: 'S3_BUCKET',
    describe:
      'Bucket for files, required with ATTACHMENT_STORE=s3. Credentials are found as the AWS SDK does (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, the role of the machine).',
  })
  @OnS3()
  @IsString()
  @IsNotEmpty()
  s3Bucket: string = '';

  @Setting({ key: 'S3_REGION', describe: 'Region of the bucket.' })
  @IsString()
  @IsNotEmpty()
  s3Region: string = 'us-east-1';

  @Setting({
    key: 'S3_ENDPOINT',
    describe: 'Where S3 is, such as https://minio.internal:9000.',
    defaultInWords: 'that of Amazon for the region',
  })
  @ValidateIf((config: FileServiceConfig) => config.s3Endpoint !== undefined)
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  s3Endpoint?: string;

  @Setting({
    key: 'S3_FORCE_PATH_STYLE',
    describe:
      'true puts the bucket into the path instead of the host name, as most servers other than those of Amazon want it.',
  })
  @IsBoolean()
  s3ForcePathStyle: boolean = false;
}
