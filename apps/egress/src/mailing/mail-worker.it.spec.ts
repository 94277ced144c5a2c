import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { laneKinds } from '@waypost/contracts';
import { uuidv7 } from '@waypost/kernel';
import { enqueue } from '@waypost/lanes';
import { SecretBox } from '@waypost/persistence';
import { createTestDatabase, eventually, type TestDatabase } from '@waypost/testkit';
import { MailServer } from '../testing/mail-server.js';
import { ENCRYPTION_KEYS } from '../testing/test-workspace.js';
import { MailWorker } from './mail-worker.js';

const LINK = 'https://console.example/invitation#k3J0mJx2cTqWv8s0Zr1yQm7nB5hD4fLpAeUgXiOtRwY';

let db: TestDatabase;
let server: MailServer;
let worker: MailWorker;
const box = new SecretBox(ENCRYPTION_KEYS);

beforeAll(async () => {
  db = await createTestDatabase();
  server = await new MailServer().start();
  worker = new MailWorker({ pool: db.pool, smtpUrl: server.url, from: 'Waypost <waypost@example.com>', box });
});
afterAll(async () => {
  await worker.stop();
  await server.stop();
  await db.drop();
});

/** As the console writes it. */
async function write(recipient: string, expires: string): Promise<string> {
  const id = uuidv7();
  await db.pool.query(
    `insert into mail (id, workspace_id, recipient, subject, body, kind, link_sealed, expires_at)
     values ($1, $2, $3, 'Come in', E'Here:\\n\\n{link}\\n\\nBye.', 'invitation', $4, now() + $5::interval)`,
    [id, uuidv7(), recipient, box.seal(LINK, `mail:${id}`), expires],
  );
  await enqueue(db.pool, laneKinds.mail, [{ key: id, ref: id }]);
  return id;
}

it('puts the sealed link into the mail, and sends none whose link is too old or was withdrawn', async () => {
  const late = await write('late@shop.example', '-1 second');
  const withdrawn = await write('withdrawn@shop.example', '1 day');
  await db.pool.query('delete from mail where id = $1', [withdrawn]);
  const good = await write('tom@shop.example', '1 day');
  worker.start();
  await eventually(async () => {
    const { rows } = await db.pool.query('select id, state, last_error from mail order by id');
    expect(rows).toEqual([
      { id: late, state: 'failed', last_error: 'its link is too old' },
      { id: good, state: 'sent', last_error: null },
    ]);
    return true;
  });
  expect(server.mails.map(({ to }) => to)).toEqual([['tom@shop.example']]);
  const text = server.mails[0]!.source.replaceAll('=\r\n', '').replaceAll('=3D', '=');
  expect(text).toContain(`Here:\r\n\r\n${LINK}\r\n\r\nBye.`);
});
