import { createHash } from 'node:crypto';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { AttachmentStore } from '@waypost/attachments';
import type { SafeHttpClient } from '@waypost/safe-http';
import { afterFetching, type FetchResult } from './after-fetching.js';
import { describeContent } from './describe-content.js';
import type { DueFile } from './due-files.js';
import type { StoredContent } from './file-settlement.js';

const MAX_BYTES = 2_097_152;
const MAX_REDIRECTS = 5;
const HEADERS = { 'user-agent': 'Waypost', accept: '*/*' };

export interface FileFetcherOptions {
  client: SafeHttpClient;
  store: AttachmentStore;
  /** From the request until the last byte, redirects included. */
  totalMs: number;
  /** Pauses before the tries after the first. */
  retryMs: readonly number[];
}

export type FetchedFile = (
  { kind: 'stored'; content: StoredContent } | Exclude<FetchResult, { kind: 'content' }>
) & {
  /** How long the request took. */
  durationMs: number;
};

/** Gets a file from its host into the attachment store. */
export class FileFetcher implements OnApplicationShutdown {
  constructor(private readonly options: FileFetcherOptions) {}

  /**
   * @param fileName tells the type where the content does not
   * @param storeBefore by performance.now(): later the file may be another worker's
   * @throws when the attachment store is away, or time is up
   */
  async fetch(file: DueFile, fileName: string, storeBefore: number): Promise<FetchedFile> {
    const { client, store, totalMs, retryMs } = this.options;
    const answer = await client.get(file.url, {
      maxBytes: MAX_BYTES,
      totalMs,
      maxRedirects: MAX_REDIRECTS,
      headers: HEADERS,
    });
    const { durationMs } = answer;
    const result = afterFetching(answer, file.attempts, retryMs);
    if (result.kind !== 'content') return { ...result, durationMs };
    const { content } = result;
    const description = await describeContent(content, fileName, result.contentType);
    if (performance.now() > storeBefore) throw new Error('there was no time left to store the file');
    await store.put(file.id, content);
    const sha256 = createHash('sha256').update(content).digest();
    return { kind: 'stored', content: { ...description, size: content.length, sha256 }, durationMs };
  }

  /** The file cannot be had: what an earlier try put, whose worker died, goes. */
  async forget(fileId: string): Promise<void> {
    await this.options.store.delete([fileId]);
  }

  /** Ends the requests in flight, which fail, and every later one. */
  async breakOff(): Promise<void> {
    await this.options.client.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.options.store.close();
  }
}
