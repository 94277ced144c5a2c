import { Injectable } from '@nestjs/common';
import { laneKinds, subjects } from '@waypost/contracts';
import { newWaKeyId, phoneToJid, uuidv7 } from '@waypost/kernel';
import { enqueue } from '@waypost/lanes';
import { Messenger } from '@waypost/messaging';
import type { AccountState } from '@waypost/persistence';
import type { PoolClient } from 'pg';
import type { Caller } from '../access/caller.js';
import { noSuch } from '../http/id.pipe.js';
import { ProblemError } from '../http/problem.js';
import { Writes } from '../writing/writes.js';
import { LIVING_CHAT } from './living-chat.js';

const LOCK_TRIES = 3;

/** In these states nobody is at the other end, and nothing mends that by itself. */
const NOT_LINKED = new Set<AccountState>(['unlinked', 'pairing', 'logged_out']);

interface Recipient {
  account_id: string;
  state: AccountState;
  jid: string | null;
  phone: string | null;
}

/** Where messages written in the console wait to be sent: in their account's lane, paced like any other, at no cost. */
@Injectable()
export class Outbox {
  constructor(
    private readonly writes: Writes,
    private readonly messenger: Messenger,
  ) {}

  /**
   * @returns the message's id
   * @throws ProblemError `not-found`, `account-not-linked`
   */
  async add(caller: Caller, chatId: string, text: string): Promise<string> {
    const id = uuidv7();
    const due = await this.writes.byMember(caller, async (tx) => {
      // Whoever adds to a chat, or releases what it holds, locks it first: so the order and the hold are right.
      const livingId = await lockChat(tx, caller.workspaceId, chatId);
      const to = livingId && (await findRecipient(tx, livingId));
      if (!to) throw noSuch('chat');
      if (NOT_LINKED.has(to.state)) {
        throw new ProblemError('account-not-linked', 'Link the account of this chat to a phone first.');
      }
      const jid = to.jid ?? (to.phone === null ? undefined : phoneToJid(to.phone));
      if (jid === undefined) throw new Error(`chat ${chatId} has no address`);
      const { rows } = await tx.query<{ hold: string | null }>(
        `with added as (
           insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, text, sender_member_id,
             recipient_jid, state, cost, message_at, expires_at, hold)
           select $1, $2, $3, $4, $5, 'sent', 'console', $6, $7, $8, 'queued', 0, clock_timestamp(), now() + interval '24 hours',
             case when exists (
               select from message m where m.chat_id = $4 and m.hold is not null and m.state = 'queued'
             ) then 'behind' end
           returning chat_id, message_at, hold
         )
         update chat set last_message_at = greatest(chat.last_message_at, added.message_at)
         from added where chat.id = added.chat_id
         returning added.hold`,
        [id, caller.workspaceId, to.account_id, livingId, newWaKeyId(), text, caller.memberId, jid],
      );
      if (rows[0]!.hold !== null) return [];
      return enqueue(tx, laneKinds.send, [{ key: to.account_id, ref: id }]);
    });
    if (due.length > 0) this.messenger.hint(subjects.sendLaneDue);
    return id;
  }
}

/**
 * Locks the chat that an id leads to. One that became part of another chat while its lock was waited for leads on to that.
 * @returns its own id
 */
async function lockChat(tx: PoolClient, workspaceId: string, chatId: string): Promise<string | undefined> {
  for (let tries = 0; tries < LOCK_TRIES; tries++) {
    const { rows } = await tx.query<{ id: string; merged: boolean }>(
      `select id, merged_into is not null as merged from chat
       where workspace_id = $1 and id = ${LIVING_CHAT} for no key update`,
      [workspaceId, chatId],
    );
    if (!rows[0]?.merged) return rows[0]?.id;
  }
  throw new Error('the chat became part of another one again and again');
}

/** A group by its JID; a person by the phone number's JID when it is known, else by the LID. */
async function findRecipient(tx: PoolClient, chatId: string): Promise<Recipient | undefined> {
  const { rows } = await tx.query<Recipient>(
    `select c.account_id, a.state, p.phone, coalesce(c.group_jid, (
       select d.jid from contact_address d
       where d.contact_id = c.contact_id and d.account_id = c.account_id
       order by d.jid like '%@s.whatsapp.net' desc, d.jid limit 1
     )) as jid
     from chat c
     join account a on a.id = c.account_id
     left join contact p on p.id = c.contact_id
     where c.id = $1`,
    [chatId],
  );
  return rows[0];
}
