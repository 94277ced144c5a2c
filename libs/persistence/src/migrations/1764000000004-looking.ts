import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people look at in the console: what they have not read yet, and how much there was each day. */
export class Looking1764000000004 implements MigrationInterface {
  name = 'Looking1764000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Up to which message a member has read a chat. The ids of received messages rise in the order in which they were recorded, so what came
      -- later is unread, however old WhatsApp says it is. No row: what came since the member joined is unread. Nothing is counted when a
      -- message comes: readers count, up to a limit, on the index below.
      create table chat_reading (
        member_id uuid not null references member on delete cascade,
        chat_id bigint not null,
        message_id uuid not null,
        primary key (member_id, chat_id)
      ) with (fillfactor = 70);
      create index message_received on message (chat_id, id) where direction = 'received';

      -- How many messages there were each day. States are not in it: they change, and such updates write no index.
      create index message_of_account on message (account_id, message_at);
      create index credit_entry_added on credit_entry (workspace_id, created_at) where reason in ('grant', 'allowance', 'expiry');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index credit_entry_added, message_of_account, message_received;
      drop table chat_reading;
    `);
  }
}
