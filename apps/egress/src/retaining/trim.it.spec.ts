import { describe, expect, it } from '@jest/globals';
import { newWaKeyId, uuidv7 } from '@waypost/kernel';
import { eventually } from '@waypost/testkit';
import { anotherWorkspace, db, egress, receiver, useEgress, workspace } from '../testing/scene.js';
import { TrimSweep } from './trim-sweep.js';

const DAY_MS = 24 * 3_600_000;

useEgress({ outboundKeptDays: 7, eventsKeptDays: 14 });

const trim = () => egress.get(TrimSweep).sweep();
const idOf = (days: number) => uuidv7(Date.now() - days * DAY_MS);

async function delivery(days: number, state: string): Promise<string> {
  const id = idOf(days);
  await db.pool.query(
    `insert into delivery (id, endpoint_id, workspace_id, chat_id, message_id, body, state) values ($1, $2, $3, 1, $4, '{}', $5)`,
    [id, workspace.endpointId, workspace.id, uuidv7(), state],
  );
  return id;
}

async function bundle(days: number, state: string, chatId: number): Promise<string> {
  const id = idOf(days);
  await db.pool.query(
    `insert into bundle (id, endpoint_id, workspace_id, chat_id, state, closes_at)
     values ($1, $2, $3, $4, $5, now() + interval '1 hour')`,
    [id, workspace.endpointId, workspace.id, chatId, state],
  );
  await db.pool.query(
    'insert into bundle_message (bundle_id, endpoint_id, message_id, bytes) values ($1, $2, $3, 1)',
    [id, workspace.endpointId, uuidv7()],
  );
  return id;
}

/** As if everything so far had happened so long ago. */
async function age(days: number, of = workspace): Promise<void> {
  await db.pool.query(
    `update message set created_at = created_at - make_interval(days => $2) where workspace_id = $1`,
    [of.id, days],
  );
  for (const { id } of await of.deliveries())
    await db.pool.query('update delivery set id = $2 where id = $1', [id, idOf(days)]);
}

describe('what is finished', () => {
  it('is deleted when it is old: deliveries, and bundles with what was in them', async () => {
    await delivery(8, 'delivered');
    await delivery(8, 'dropped');
    const waiting = await delivery(8, 'pending');
    const young = await delivery(6, 'delivered');
    await bundle(8, 'closed', 1);
    await bundle(8, 'dropped', 2);
    const open = await bundle(8, 'open', 3);
    const youngBundle = await bundle(6, 'closed', 4);
    await trim();
    expect((await workspace.deliveries()).map(({ id }) => id)).toEqual([waiting, young]);
    expect((await workspace.bundles()).map(({ id }) => id).sort()).toEqual([open, youngBundle].sort());
    const { rows } = await db.pool.query(
      'select bundle_id from bundle_message where endpoint_id = $1 order by bundle_id',
      [workspace.endpointId],
    );
    expect(rows.map(({ bundle_id: id }) => id)).toEqual([open, youngBundle].sort());
  });

  it('is found behind any number of what is not', async () => {
    await db.pool.query(
      `insert into delivery (id, endpoint_id, workspace_id, chat_id, message_id, body)
       select *, '{}' from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $1::uuid[])`,
      [
        Array.from({ length: 2_500 }, () => idOf(9)),
        Array(2_500).fill(workspace.endpointId),
        Array(2_500).fill(workspace.id),
        Array(2_500).fill(1),
      ],
    );
    await delivery(8, 'delivered');
    await trim();
    expect((await workspace.deliveries()).map(({ state }) => state)).toEqual(Array(2_500).fill('pending'));
  });

  it('is deleted of events two weeks after they were written, when they are recorded', async () => {
    const event = async (days: number, recorded: boolean) => {
      const { rows } = await db.pool.query(
        `insert into wa_event (account_id, kind, event, created_at, recorded_at)
         values (gen_random_uuid(), 'message', '{}', now() - make_interval(days => $1),
           case when $2 then now() - make_interval(days => $1) end)
         returning id`,
        [days, recorded],
      );
      return rows[0].id as string;
    };
    const ids = [await event(15, true), await event(15, false), await event(13, true)];
    await trim();
    const { rows } = await db.pool.query('select id from wa_event where id = any($1) order by id', [ids]);
    expect(rows.map(({ id }) => id)).toEqual(ids.slice(1));
    await db.pool.query('delete from wa_event where id = any($1)', [ids]);
  });

  it('is never delivered a second time, though nothing tells any more that it was', async () => {
    const keyId = newWaKeyId();
    await workspace.happened('message', { keyId, text: 'received' });
    await receiver.waitForRequests(1);
    const sent = newWaKeyId();
    const other = await anotherWorkspace();
    await other.accepted({ keyId: sent, text: 'sent' });
    await other.happened('ack', { keyId: sent });
    await receiver.waitForRequests(2);
    for (const one of [workspace, other]) {
      await eventually(async () => expect(await one.deliveries()).toMatchObject([{ state: 'delivered' }]));
      await age(8, one);
    }
    await trim();
    expect(await other.deliveries()).toEqual([]);
    await other.happened('ack', { keyId: sent });
    await other.happened('receipt', { keyIds: [sent], status: 'read' });
    await other.happened('message', { text: 'marker' });
    await receiver.waitForRequests(3);
    expect(receiver.requests.slice(2).map(({ json }) => json)).toMatchObject([
      { message: { text: 'marker' } },
    ]);
    expect(await other.deliveries()).toHaveLength(1);
  });

  it('is forgotten of secrets that were replaced', async () => {
    const rotated = (until: Date) =>
      workspace.setEndpoint({ previous_secret_sealed: Buffer.from('sealed'), previous_secret_until: until });
    await rotated(new Date(Date.now() + 60_000));
    await trim();
    expect((await workspace.endpoint()).previous_secret_sealed).not.toBeNull();
    await rotated(new Date(Date.now() - 1_000));
    await trim();
    expect(await workspace.endpoint()).toMatchObject({
      previous_secret_sealed: null,
      previous_secret_until: null,
    });
  });
});
