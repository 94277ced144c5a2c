import { laneKinds } from '@waypost/contracts';
import { uuidv7 } from '@waypost/kernel';
import { enqueue } from '@waypost/lanes';
import { eventually } from '@waypost/testkit';
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

/** Nothing of the account is held or in its lane any more. */
export async function settled(account: TestAccount): Promise<void> {
  await eventually(
    async () => {
      const { rows } = await account.pool.query(
        'select count(*)::integer as count from message where account_id = $1 and hold is not null',
        [account.id],
      );
      return rows[0].count === 0 && (await account.waiting()) === 0;
    },
    { withinMs: 20_000 },
  );
}
