import { randomBytes, randomUUID } from 'node:crypto';
import { createWorkspace, Database, hashPassword, SecretBox } from '@waypost/persistence';
import { createTestDatabase, natsUrl, type TestDatabase } from '@waypost/testkit';
import { Standalone } from '../standalone.js';
import { TestBrowser } from './browser.js';
import type { Credentials } from './people.js';

/** The whole system, its database, and a browser that shows its page. */
export class PageStory {
  private constructor(
    readonly system: Standalone,
    readonly browser: TestBrowser,
    readonly postgres: TestDatabase,
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  static async start(): Promise<PageStory> {
    const postgres = await createTestDatabase();
    const keys = `1:${randomBytes(32).toString('base64')}`;
    const env = { DATABASE_URL: postgres.url, NATS_URL: natsUrl(), ENCRYPTION_KEYS: keys };
    const system = await Standalone.start({ env });
    const database = await Database.open({ url: postgres.url, applicationName: 'e2e', poolSize: 1 });
    const browser = await TestBrowser.start(system.facts.consoleUrl);
    return new PageStory(system, browser, postgres, database, new SecretBox(keys));
  }

  async stop(): Promise<void> {
    await this.browser.stop();
    await this.database.close();
    await this.system.stop();
    await this.postgres.drop();
  }

  /** @returns the owner of a workspace in which there is nothing yet */
  async newWorkspace(): Promise<Credentials> {
    const owner = { email: `${randomUUID()}@shop.example`, password: 'correct horse battery staple' };
    const passwordHash = await hashPassword(owner.password);
    await this.database.transaction((tx) =>
      createWorkspace(tx, {
        name: 'Shop',
        owner: { email: owner.email, fullName: 'Amina Haddad', passwordHash },
      }),
    );
    return owner;
  }

  /** The secret link of the latest mail to an address, as egress would put it into the mail. */
  async mailedLink(recipient: string): Promise<string> {
    const { rows } = await this.postgres.pool.query<{ id: string; link_sealed: Buffer }>(
      'select id, link_sealed from mail where recipient = $1 and link_sealed is not null order by id desc limit 1',
      [recipient],
    );
    return this.box.open(rows[0]!.link_sealed, `mail:${rows[0]!.id}`).toString();
  }

  get owner(): Credentials {
    return this.system.facts.owner;
  }

  /** Sends through the demo workspace's webhook. @returns the id of the chat that it is in */
  async chatWith(phone: string, text: string): Promise<string> {
    await this.system.send({ phone: `+${phone}`, text });
    const { items } = await this.system.console.get<{ items: { id: string }[] }>(`/chats?search=${phone}`);
    return items[0]!.id;
  }
}
