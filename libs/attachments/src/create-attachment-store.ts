import type { Pool } from 'pg';
import type { AttachmentStore } from './attachment-store.js';
import { PostgresAttachmentStore } from './postgres-attachment-store.js';
import { S3AttachmentStore } from './s3-attachment-store.js';

/** Which store, as a service's configuration says. */
export interface AttachmentSettings {
  attachmentStore: 'postgres' | 's3';
  s3Bucket: string;
  s3Region: string;
  s3Endpoint?: string;
  s3ForcePathStyle: boolean;
}

/** @param pool for the contents in Postgres; it stays the caller's */
export function createAttachmentStore(settings: AttachmentSettings, pool: Pool): AttachmentStore {
  if (settings.attachmentStore === 'postgres') return new PostgresAttachmentStore(pool);
  return new S3AttachmentStore({
    bucket: settings.s3Bucket,
    region: settings.s3Region,
    endpoint: settings.s3Endpoint,
    forcePathStyle: settings.s3ForcePathStyle,
  });
}
