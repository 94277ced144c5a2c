import { describe, expect, it } from '@jest/globals';
import { FileServiceConfig } from './file-service-config.js';
import { loadConfig } from './setting.js';

const NEEDED = { DATABASE_URL: 'postgres://localhost/x', NATS_URL: 'nats://localhost:4222' };
const load = (env: Record<string, string>) => loadConfig(FileServiceConfig, { ...NEEDED, ...env });

describe('where files wait', () => {
  it('is Postgres when nothing is said', () => {
    expect(load({})).toMatchObject({ attachmentStore: 'postgres', s3Bucket: '' });
  });

  it('is a bucket by configuration', () => {
    expect(
      load({
        ATTACHMENT_STORE: 's3',
        S3_BUCKET: 'files',
        S3_REGION: 'eu-central-1',
        S3_ENDPOINT: 'http://minio:9000',
        S3_FORCE_PATH_STYLE: 'true',
      }),
    ).toMatchObject({
      attachmentStore: 's3',
      s3Bucket: 'files',
      s3Region: 'eu-central-1',
      s3Endpoint: 'http://minio:9000',
      s3ForcePathStyle: true,
    });
  });

  it.each([
    ['S3_BUCKET', { ATTACHMENT_STORE: 's3' }],
    ['ATTACHMENT_STORE', { ATTACHMENT_STORE: 'disk' }],
    ['S3_ENDPOINT', { S3_ENDPOINT: 'minio:9000' }],
    ['S3_FORCE_PATH_STYLE', { S3_FORCE_PATH_STYLE: 'perhaps' }],
  ])('names %s when it is wrong', (key, env: Record<string, string>) => {
    expect(() => load(env)).toThrow(new RegExp(`- ${key}: `));
  });
});
