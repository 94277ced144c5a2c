import { laneKinds } from '@waypost/contracts';
import { uuidv7 } from '@waypost/kernel';
import { enqueue } from '@waypost/lanes';
import type { TestAccount } from './test-account.js';

export interface FileOrder {
  chat?: string;
  text?: string;
  name?: string;
  /** A file that another message named before; absent: a new one. */
  fileId?: string;
}

/** Queues a message with a file as ingress does: held until the file is decided about, and in the file's lane. */
export async function queueFile(
  account: TestAccount,
  url: string,
  { chat, text = '', name = 'report.pdf', fileId }: FileOrder = {},
): Promise<{ messageId: string; fileId: string }> {
  const id = fileId ?? uuidv7();
  if (!fileId) {
    await account.pool.query('insert into file (id, workspace_id, url) values ($1, $2, $3)', [
      id,
      account.workspaceId,
      url,
    ]);
  }
  const cost = text === '' ? 1 : 2;
  const [messageId] = await account.queue([text], { chat, cost, hold: 'file', file: { id, name } });
  await enqueue(account.pool, laneKinds.fetch, [{ key: id, ref: id }]);
  return { messageId: messageId!, fileId: id };
}
