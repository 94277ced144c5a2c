import type { FileKind } from '@waypost/contracts';
import type { Pool, QueryConfig } from 'pg';
import type { FileVerdict } from './file-verdict.js';

/** A file at the head of its fetch lane. */
export interface DueFile {
  id: string;
  workspaceId: string;
  url: string;
  /** Fetches of it that failed before. */
  attempts: number;
  /** The name that the first waiting message gives it; absent when no message waits for it. */
  fileName?: string;
  /** Absent while it is to be fetched. */
  verdict?: FileVerdict;
}

interface Row {
  id: string;
  workspaceId: string;
  url: string;
  attempts: number;
  state: 'waiting' | 'stored' | 'failed' | 'removed';
  kind: FileKind | null;
  isWebPage: boolean;
  code: string | null;
  reason: string | null;
  fileName: string | null;
}

/** The files, by id. Those that were removed are left out: no message waits for one. */
export async function loadDueFiles(
  pool: Pool,
  ids: readonly string[],
  deadlineMs: number,
): Promise<Map<string, DueFile>> {
  const query: QueryConfig & { query_timeout: number } = {
    name: 'load-due-files',
    query_timeout: deadlineMs,
    text: `
      select f.id, f.workspace_id as "workspaceId", f.url, f.attempts, f.state, f.kind, f.is_web_page as "isWebPage",
        f.failure_code as code, f.failure_reason as reason, first.file_name as "fileName"
      from file f
      left join lateral (
        select m.file_name from message m
        where m.file_id = f.id and m.hold = 'file' and m.state = 'queued'
        order by m.message_at, m.id limit 1
      ) first on true
      where f.id = any($1::uuid[]) and f.state <> 'removed'`,
    values: [ids],
  };
  const { rows } = await pool.query<Row>(query);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        workspaceId: row.workspaceId,
        url: row.url,
        attempts: row.attempts,
        fileName: row.fileName ?? undefined,
        verdict: verdictOf(row),
      },
    ]),
  );
}

function verdictOf({ state, kind, isWebPage, code, reason }: Row): FileVerdict | undefined {
  if (state === 'stored') return { state, kind: kind!, isWebPage };
  if (state === 'failed') return { state, code: code!, reason: reason! };
  return undefined;
}
