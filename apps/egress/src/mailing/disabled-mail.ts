import { laneKinds } from '@waypost/contracts';
import { uuidv7 } from '@waypost/kernel';
import { enqueue, type Sql } from '@waypost/lanes';

export interface DisabledEndpoint {
  workspaceId: string;
  url: string | null;
  /** A sentence. */
  reason: string;
}

/**
 * Mails each owner of the workspace that its outbound webhook was disabled, in the transaction that disables it.
 * @param keptMs how long new messages wait for it
 */
export async function mailDisabled(
  tx: Sql,
  endpoint: DisabledEndpoint,
  links: { consolePublicUrl: string; productName: string },
  keptMs: number,
): Promise<void> {
  const { rows: owners } = await tx.query(
    `select member.email, member.full_name, workspace.name as workspace_name
     from member join workspace on workspace.id = member.workspace_id
     where workspace_id = $1 and role = 'owner' order by member.id`,
    [endpoint.workspaceId],
  );
  const mails = owners.map((owner) => ({
    id: uuidv7(),
    recipient: owner.email,
    subject: `${links.productName}: the outbound webhook of ${owner.workspace_name} was disabled`,
    body: [
      `Hello ${owner.full_name},`,
      `the outbound webhook of ${owner.workspace_name} was disabled after ${endpoint.reason}.`,
      `It posted to ${endpoint.url ?? 'no URL'}.`,
      `New messages are kept for ${inWords(keptMs)}. When the receiver works again, enable the webhook under Integrations in ${links.consolePublicUrl}/ and they are delivered.`,
    ].join('\n\n'),
  }));
  if (mails.length === 0) return;
  await tx.query(
    `insert into mail (id, workspace_id, recipient, subject, body)
     select fresh.id, $1, recipient, subject, body
     from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) as fresh (id, recipient, subject, body)`,
    [
      endpoint.workspaceId,
      mails.map(({ id }) => id),
      mails.map(({ recipient }) => recipient),
      mails.map(({ subject }) => subject),
      mails.map(({ body }) => body),
    ],
  );
  await enqueue(
    tx,
    laneKinds.mail,
    mails.map(({ id }) => ({ key: id, ref: id })),
  );
}

const HOUR_MS = 3_600_000;

function inWords(ms: number): string {
  const hours = Math.round(ms / HOUR_MS);
  const [count, unit] = hours > 24 && hours % 24 === 0 ? [hours / 24, 'day'] : [hours, 'hour'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
