import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { addAbortSignal, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { AttachmentStore } from './attachment-store.js';

export interface S3Options {
  bucket: string;
  region: string;
  /** Absent: Amazon's own for the region. */
  endpoint?: string;
  /** The bucket in the path instead of the host name, as most servers other than Amazon's want it. */
  forcePathStyle?: boolean;
  /** Absent: as the AWS SDK finds them (environment, profile, web identity, instance). */
  credentials?: S3ClientConfig['credentials'];
  /** Longest that one call may take, its tries included, in milliseconds. Default 10,000. */
  deadlineMs?: number;
}

const DEADLINE_MS = 10_000;
const CONNECT_MS = 3_000;
const TRIES = 3;
const DELETES_AT_A_TIME = 8;

/** Contents as objects `files/<file id>` of a bucket, on anything that speaks S3. */
export class S3AttachmentStore implements AttachmentStore {
  private readonly client: S3Client;
  private readonly deadlineMs: number;

  constructor(private readonly options: S3Options) {
    this.deadlineMs = options.deadlineMs ?? DEADLINE_MS;
    this.client = new S3Client({
      region: options.region,
      endpoint: options.endpoint,
      forcePathStyle: options.forcePathStyle,
      credentials: options.credentials,
      maxAttempts: TRIES,
      requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: this.deadlineMs },
      // What the SDK adds of its own accord, many servers other than Amazon's do not understand.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  async put(fileId: string, content: Buffer): Promise<void> {
    await this.client.send(
      new PutObjectCommand({ ...this.object(fileId), Body: content, ContentLength: content.length }),
      this.deadline(),
    );
  }

  async get(fileId: string): Promise<Buffer | undefined> {
    try {
      const deadline = this.deadline();
      const { Body } = await this.client.send(new GetObjectCommand(this.object(fileId)), deadline);
      // For the SDK the call ends with the headers; the rest is under the same deadline.
      return await buffer(addAbortSignal(deadline.abortSignal, Body as Readable));
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  /** One request each: not every server takes many keys at once. */
  async delete(fileIds: readonly string[]): Promise<void> {
    const waiting = [...fileIds];
    const worker = async () => {
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
        await this.client.send(new DeleteObjectCommand(this.object(id)), this.deadline());
      }
    };
    await Promise.all(Array.from({ length: DELETES_AT_A_TIME }, worker));
  }

  async close(): Promise<void> {
    this.client.destroy();
  }

  private object(fileId: string) {
    return { Bucket: this.options.bucket, Key: `files/${fileId}` };
  }

  private deadline(): { abortSignal: AbortSignal } {
    return { abortSignal: AbortSignal.timeout(this.deadlineMs) };
  }
}
