import type { Pool, QueryConfig } from 'pg';
import type { AttachmentStore } from './attachment-store.js';

const DEADLINE_MS = 10_000;

/** Contents in the table `attachment`: nothing else to run, and in the same backup as the messages. */
export class PostgresAttachmentStore implements AttachmentStore {
  /** @param pool stays its owner's: close() leaves it open */
  constructor(private readonly pool: Pool) {}

  async put(fileId: string, content: Buffer): Promise<void> {
    await this.query(
      `insert into attachment (file_id, content) values ($1, $2)
       on conflict (file_id) do update set content = excluded.content`,
      [fileId, content],
    );
  }

  async get(fileId: string): Promise<Buffer | undefined> {
    const rows = await this.query('select content from attachment where file_id = $1', [fileId]);
    return rows[0]?.content;
  }

  async delete(fileIds: readonly string[]): Promise<void> {
    if (fileIds.length === 0) return;
    await this.query('delete from attachment where file_id = any($1::uuid[])', [fileIds]);
  }

  async close(): Promise<void> {}

  private async query(text: string, values: unknown[]): Promise<{ content: Buffer }[]> {
    const config: QueryConfig & { query_timeout: number } = { text, values, query_timeout: DEADLINE_MS };
    return (await this.pool.query<{ content: Buffer }>(config)).rows;
  }
}
