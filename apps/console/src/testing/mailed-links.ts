import { SecretBox } from '@waypost/persistence';
import type { ConsoleUnderTest } from './console-under-test.js';

export interface MailedLink {
  recipient: string;
  subject: string;
  page: string;
  token: string;
}

/** The secret links that wait to be mailed to an address, oldest first, opened as egress opens them. */
export async function mailedLinks(api: ConsoleUnderTest, recipient: string): Promise<MailedLink[]> {
  const { rows } = await api.postgres.pool.query<{ id: string; subject: string; link_sealed: Buffer }>(
    `select mail.id, subject, link_sealed from mail
     join lane on lane.kind = 'mail' and lane.key = mail.id::text
     where recipient = $1 and body like '%{link}%' order by mail.id`,
    [recipient],
  );
  const box = new SecretBox(api.config.encryptionKeys);
  return rows.map(({ id, subject, link_sealed: sealed }) => {
    const [page, token] = box.open(sealed, `mail:${id}`).toString().split('#') as [string, string];
    return { recipient, subject, page, token };
  });
}
