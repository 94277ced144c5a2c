export type { AttachmentStore } from './attachment-store.js';
export { createAttachmentStore, type AttachmentSettings } from './create-attachment-store.js';
export { PostgresAttachmentStore } from './postgres-attachment-store.js';
export { S3AttachmentStore, type S3Options } from './s3-attachment-store.js';
