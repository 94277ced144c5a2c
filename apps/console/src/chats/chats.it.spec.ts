import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@waypost/testkit';
import { randomUUID } from 'node:crypto';
import { ConsoleUnderTest, type TestWorkspace } from '../testing/console-under-test.js';
import { HintListener } from '../testing/hint-listener.js';

let api: ConsoleUnderTest;
let workspace: TestWorkspace;
let accountId: string;

beforeAll(async () => {
  api = await ConsoleUnderTest.start();
});
afterAll(() => api.stop());
beforeEach(async () => {
  workspace = await api.workspace();
  accountId = await api.account(workspace);
});

const call = (method: string, path: string, body?: unknown) =>
  api.call(method, `/api/v1/chats${path}`, { token: workspace.teammate.token, body });
const idsOf = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id);

describe('the list of chats', () => {
  it('shows the one with the latest message first, page by page', async () => {
    const at = (second: string) => api.chat(workspace, accountId, { at: `2026-01-01T00:00:${second}Z` });
    const none = await api.chat(workspace, accountId, { at: null });
    const noneEither = await api.chat(workspace, accountId, { at: null });
    // Microseconds apart, which a JavaScript date cannot tell apart.
    const chats = [await at('03.000002'), await at('03.000001'), await at('03.000001'), await at('01')];
    const expected = [chats[0], chats[2], chats[1], chats[3], noneEither, none];

    expect(idsOf((await call('GET', '')).body)).toEqual(expected);
    const seen: string[] = [];
    let path = '?limit=1';
    for (let page = 0; page < expected.length; page++) {
      const { body } = await call('GET', path);
      seen.push(...idsOf(body));
      path = `?limit=1&cursor=${body.nextCursor}`;
      if (page === expected.length - 1) expect(body.nextCursor).toBeNull();
    }
    expect(seen).toEqual(expected);
  });

  it('shows a chat with its account and contact', async () => {
    const id = await api.chat(workspace, accountId);
    const chat = {
      id,
      name: 'Jane Smith',
      isGroup: false,
      phone: '+972550000002',
      account: { id: accountId, phone: '+972500000001' },
      responsible: null,
      lastMessageAt: '2026-01-01T00:00:00.000Z',
      lastMessage: null,
      unread: 0,
      lastReceivedId: null,
      createdAt: expect.any(String),
    };
    expect((await call('GET', '')).body.items).toEqual([chat]);
    expect((await call('GET', `/${id}`)).body).toEqual(chat);
  });

  it('is searched by name, whatever its case, and by part of the number', async () => {
    const jane = await api.chat(workspace, accountId, { name: 'Jane Smith', phone: '+14151231234' });
    const percent = await api.chat(workspace, accountId, { name: '100% _cotton_', phone: null });
    const search = async (text: string) =>
      idsOf((await call('GET', `?search=${encodeURIComponent(text)}`)).body);
    expect(await search('JANE')).toEqual([jane]);
    expect(await search('+1 (415) 123')).toEqual([jane]);
    expect(await search('%')).toEqual([percent]);
    expect(await search('_cotton_')).toEqual([percent]);
    expect(await search('\\')).toEqual([]);
    expect(await search('bob')).toEqual([]);
    expect((await search('')).sort()).toEqual([jane, percent].sort());
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=abc', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['cursor=nonsense', 'cursor'],
    [`cursor=${Buffer.from('["1"]').toString('base64url')}`, 'cursor'],
    [`cursor=${Buffer.from('["x","1"]').toString('base64url')}`, 'cursor'],
    [`cursor=${Buffer.from('["1",null]').toString('base64url')}`, 'cursor'],
    ['search=%00', 'search'],
    ['colour=red', 'colour'],
  ])('refuses ?%s', async (query, field) => {
    const answer = await call('GET', `?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ field }]);
  });
});

describe('a chat', () => {
  it.each(['1', 'abc', '99999999999999999999', '-1', '1.5'])('with the id %s is not found', async (id) => {
    expect((await call('GET', `/${id}`)).status).toBe(404);
  });

  it('is assigned to a member of the workspace, and to nobody again', async () => {
    const id = await api.chat(workspace, accountId);
    const { memberId, email } = workspace.owner;
    const assigned = await call('PATCH', `/${id}`, { responsibleMemberId: memberId });
    expect(assigned.body.responsible).toEqual({ id: memberId, fullName: 'Amina Haddad', email });
    expect((await call('PATCH', `/${id}`, { responsibleMemberId: null })).body.responsible).toBeNull();
  });

  it('is not assigned to a stranger', async () => {
    const id = await api.chat(workspace, accountId);
    const stranger = (await api.workspace()).owner.memberId;
    for (const responsibleMemberId of [stranger, randomUUID(), 'x', undefined]) {
      const answer = await call('PATCH', `/${id}`, { responsibleMemberId });
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toMatchObject([{ field: 'responsibleMemberId' }]);
    }
  });
});

describe('a chat that turned out to be with the same person as an older one', () => {
  it('is shown as that one, under either id, and is written to there', async () => {
    const older = await api.chat(workspace, accountId, { jids: ['1@lid'] });
    const younger = await api.chat(workspace, accountId, { jids: ['2@s.whatsapp.net'] });
    const { body: copy } = await call('POST', `/${younger}/messages`, { text: 'in both' });
    await api.postgres.pool.query(
      `with c as (update chat set contact_id = null, merged_into = $1 where id = $2)
       insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, text, state, message_at)
       select gen_random_uuid(), workspace_id, account_id, $1, key_id, 'sent', 'phone', text, 'sent', message_at
       from message where id = $3`,
      [older, younger, copy.id],
    );

    expect(idsOf((await call('GET', '')).body)).toEqual([older]);
    expect((await call('GET', `/${younger}`)).body.id).toBe(older);
    const [shown] = (await call('GET', `/${younger}/messages`)).body.items;
    const { memberId } = workspace.owner;
    await call('PATCH', `/${younger}`, { responsibleMemberId: memberId });
    expect((await call('GET', `/${older}`)).body.responsible.id).toBe(memberId);
    await call('POST', `/${younger}/messages`, { text: 'reply' });
    const texts = (await call('GET', `/${older}/messages`)).body.items.map(
      ({ text }: { text: string }) => text,
    );
    expect(texts).toEqual(['reply', 'in both']);

    const permalink = await api.call('GET', `/api/v1/permalinks/${copy.id}`, {
      token: workspace.teammate.token,
    });
    expect(permalink.body).toEqual({ chatId: older, messageId: shown.id });
  });

  it('is not lost when it becomes that one while somebody writes', async () => {
    const older = await api.chat(workspace, accountId, { jids: ['1@lid'] });
    const younger = await api.chat(workspace, accountId, { jids: ['2@s.whatsapp.net'] });
    const merging = await api.postgres.pool.connect();
    try {
      await merging.query('begin');
      await merging.query('select from chat where id = any($1::bigint[]) order by id for update', [
        [older, younger],
      ]);
      const written = call('POST', `/${younger}/messages`, { text: 'just now' });
      await eventually(async () => {
        const { rowCount } = await api.postgres.pool.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%chat%'`,
        );
        return rowCount;
      });
      await merging.query('update chat set contact_id = null, merged_into = $1 where id = $2', [
        older,
        younger,
      ]);
      await merging.query('commit');
      expect((await written).status).toBe(201);
    } finally {
      merging.release();
    }
    expect((await call('GET', `/${older}/messages`)).body.items).toMatchObject([{ text: 'just now' }]);
  });
});

describe('the messages of a chat', () => {
  const insert = (chatId: string, fields: Record<string, unknown>) => {
    const row = {
      id: randomUUID(),
      workspace_id: workspace.id,
      account_id: accountId,
      chat_id: chatId,
      key_id: randomUUID().replaceAll('-', '').toUpperCase(),
      direction: 'received',
      origin: 'contact',
      text: 'hello',
      state: 'received',
      message_at: '2026-01-01T00:00:00Z',
      ...fields,
    };
    const names = Object.keys(row);
    return api.postgres.pool.query(
      `insert into message (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
      Object.values(row),
    );
  };

  it('come newest first, page by page, with sender, state and failure', async () => {
    const id = await api.chat(workspace, accountId);
    await insert(id, {
      text: 'first',
      message_at: '2026-01-01T00:00:01Z',
      key_id: '3EB0AAAAAAAAAAAAAAAA',
      edited_at: '2026-01-01T00:01:00Z',
    });
    await insert(id, {
      text: 'second',
      message_at: '2026-01-01T00:00:02Z',
      direction: 'sent',
      origin: 'webhook',
      state: 'failed',
      failure_code: 'not_on_whatsapp',
      failure_reason: 'This number is not on WhatsApp.',
    });
    await insert(id, {
      text: 'third',
      message_at: '2026-01-01T00:00:03Z',
      direction: 'sent',
      origin: 'console',
      state: 'read',
      sender_member_id: workspace.teammate.memberId,
    });
    const first = (await call('GET', `/${id}/messages?limit=2`)).body;
    expect(first.items).toMatchObject([
      {
        text: 'third',
        direction: 'sent',
        origin: 'console',
        state: 'read',
        sender: { name: 'Tom Mate', phone: '+972500000001' },
        failure: null,
      },
      {
        text: 'second',
        state: 'failed',
        sender: { name: 'Amina Haddad', phone: '+972500000001' },
        failure: { code: 'not_on_whatsapp', reason: 'This number is not on WhatsApp.' },
      },
    ]);
    const rest = (await call('GET', `/${id}/messages?limit=2&cursor=${first.nextCursor}`)).body;
    expect(rest).toEqual({
      items: [
        {
          id: expect.any(String),
          messageId: 'wa_backend:3EB0AAAAAAAAAAAAAAAA',
          direction: 'received',
          origin: 'contact',
          sender: { name: 'Jane Smith', phone: '+972550000002' },
          kind: 'text',
          text: 'first',
          attachment: null,
          state: 'received',
          failure: null,
          at: '2026-01-01T00:00:01.000Z',
          editedAt: '2026-01-01T00:01:00.000Z',
          deletedAt: null,
        },
      ],
      nextCursor: null,
      previousCursor: expect.any(String),
    });
  });

  it('show the file that they carry, whose kind is known when it was fetched', async () => {
    const id = await api.chat(workspace, accountId);
    const { body: message } = await call('POST', `/${id}/messages`, { text: 'The invoice' });
    expect(message.attachment).toBeNull();
    await api.postgres.pool.query(
      `with f as (insert into file (id, workspace_id, url) values ($1::uuid, $2, 'http://x.example/') returning id)
       update message set file_id = f.id, file_name = 'invoice.pdf' from f where message.id = $3`,
      [randomUUID(), workspace.id, message.id],
    );
    const attachment = async () => (await call('GET', `/${id}/messages`)).body.items[0].attachment;
    expect(await attachment()).toEqual({ name: 'invoice.pdf', kind: null, mimeType: null, size: null });
    await api.postgres.pool.query(
      `update file set state = 'stored', kind = 'document', mime_type = 'application/pdf', size = 48213 where workspace_id = $1`,
      [workspace.id],
    );
    expect(await attachment()).toEqual({
      name: 'invoice.pdf',
      kind: 'document',
      mimeType: 'application/pdf',
      size: 48_213,
    });
  });

  it('of the same instant are all on some page', async () => {
    const id = await api.chat(workspace, accountId);
    for (const text of ['a', 'b', 'c', 'd', 'e']) await insert(id, { text });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const { body } = await call('GET', `/${id}/messages?limit=2${query}`);
      seen.push(...body.items.map(({ text }: { text: string }) => text));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(seen.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});

describe('a message written here', () => {
  const rowOf = async (id: string) =>
    (await api.postgres.pool.query('select * from message where id = $1', [id])).rows[0];

  it('is queued at no cost in the lane of its account, in one commit', async () => {
    const id = await api.chat(workspace, accountId, { jids: ['1@lid', '2@s.whatsapp.net'] });
    const answer = await call('POST', `/${id}/messages`, { text: 'Hello\nthere 👋' });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      messageId: expect.stringMatching(/^wa_backend:3EB0[0-9A-F]{16}$/),
      direction: 'sent',
      origin: 'console',
      state: 'queued',
      text: 'Hello\nthere 👋',
      sender: { name: 'Tom Mate', phone: '+972500000001' },
    });
    const row = await rowOf(answer.body.id);
    expect(row).toMatchObject({
      workspace_id: workspace.id,
      account_id: accountId,
      cost: 0,
      recipient_jid: '2@s.whatsapp.net',
      sender_member_id: workspace.teammate.memberId,
      opens_chat: false,
    });
    expect(row.expires_at - row.created_at).toBe(24 * 3600 * 1000);
    const { rows: items } = await api.postgres.pool.query(
      `select i.ref from lane l join lane_item i on i.lane_id = l.id where l.kind = 'send' and l.key = $1`,
      [accountId],
    );
    expect(items).toEqual([{ ref: answer.body.id }]);
    expect((await call('GET', `/${id}`)).body.lastMessageAt).toBe(row.message_at.toISOString());
    const { rows: entries } = await api.postgres.pool.query(
      'select from credit_entry where workspace_id = $1',
      [workspace.id],
    );
    expect(entries).toHaveLength(0);
  });

  it('goes to the LID while the number is unknown, and to a group by its JID', async () => {
    const hidden = await api.chat(workspace, accountId, { phone: null, jids: ['77@lid'] });
    const { body: toLid } = await call('POST', `/${hidden}/messages`, { text: 'x' });
    expect((await rowOf(toLid.id)).recipient_jid).toBe('77@lid');

    const { rows } = await api.postgres.pool.query(
      `insert into chat (workspace_id, account_id, group_jid, name) values ($1, $2, '120363@g.us', 'Team') returning id`,
      [workspace.id, accountId],
    );
    const { body: toGroup } = await call('POST', `/${rows[0].id}/messages`, { text: 'x' });
    expect((await rowOf(toGroup.id)).recipient_jid).toBe('120363@g.us');
  });

  it('keeps the order in which it was written', async () => {
    const id = await api.chat(workspace, accountId);
    const written: string[] = [];
    for (const text of ['1', '2', '3'])
      written.push((await call('POST', `/${id}/messages`, { text })).body.id);
    const { rows } = await api.postgres.pool.query(
      `select i.ref from lane l join lane_item i on i.lane_id = l.id where l.kind = 'send' and l.key = $1 order by i.id`,
      [accountId],
    );
    expect(rows.map(({ ref }: { ref: string }) => ref)).toEqual(written);
  });

  it('waits behind a held message of its chat, and not in the lane', async () => {
    const id = await api.chat(workspace, accountId);
    const first = (await call('POST', `/${id}/messages`, { text: '1' })).body.id;
    await api.postgres.pool.query(`update message set hold = 'file' where id = $1`, [first]);
    const { body } = await call('POST', `/${id}/messages`, { text: '2' });
    expect(body.state).toBe('queued');
    expect((await rowOf(body.id)).hold).toBe('behind');
    const { rows } = await api.postgres.pool.query('select from lane_item where ref = $1', [body.id]);
    expect(rows).toHaveLength(0);
  });

  it.each(['unlinked', 'pairing', 'logged_out'])('is refused while the account is %s', async (state) => {
    const id = await api.chat(workspace, await api.account(workspace, state));
    const answer = await call('POST', `/${id}/messages`, { text: 'x' });
    expect(answer.body).toMatchObject({ status: 409, type: 'urn:waypost:problem:account-not-linked' });
    expect((await call('GET', `/${id}/messages`)).body.items).toEqual([]);
  });

  it('waits while the account is only not connected', async () => {
    const id = await api.chat(workspace, await api.account(workspace, 'backing_off'));
    expect((await call('POST', `/${id}/messages`, { text: 'x' })).status).toBe(201);
  });

  it.each(['', ' \n', 'a\u0000b', 'half \udc00', 5, null, undefined, 'x'.repeat(65_537)])(
    'is refused when its text is %j',
    async (text) => {
      const id = await api.chat(workspace, accountId);
      const answer = await call('POST', `/${id}/messages`, { text });
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toMatchObject([{ field: 'text' }]);
      expect((await call('GET', `/${id}/messages`)).body.items).toEqual([]);
    },
  );

  it('may have 65,536 characters', async () => {
    const id = await api.chat(workspace, accountId);
    expect((await call('POST', `/${id}/messages`, { text: '\u00e9'.repeat(65_536) })).status).toBe(201);
  });

  it('wakes a dispatcher', async () => {
    const id = await api.chat(workspace, accountId);
    const listener = await HintListener.start('hint.lane.send');
    try {
      await eventually(
        async () => {
          // An empty lane again, so that each message is a reason to hint.
          await api.postgres.pool.query('delete from lane_item');
          await api.postgres.pool.query('delete from lane');
          await call('POST', `/${id}/messages`, { text: 'x' });
          return listener.count > 0;
        },
        { withinMs: 10_000, everyMs: 100 },
      );
    } finally {
      await listener.stop();
    }
  });
});
