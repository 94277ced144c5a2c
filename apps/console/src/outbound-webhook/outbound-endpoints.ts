import { Injectable } from '@nestjs/common';
import { laneKinds, subjects } from '@waypost/contracts';
import { newSigningSecret, uuidv7 } from '@waypost/kernel';
import { hasten, setOpen, type Sql } from '@waypost/lanes';
import { Messenger } from '@waypost/messaging';
import { Database, SecretBox } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { ProblemError } from '../http/problem.js';
import { Writes } from '../writing/writes.js';
import { changeSettings, type Endpoint, type SettingsChange } from './endpoint-settings.js';
import type { OutboundWebhookResource } from './outbound-webhook-resource.js';

interface EndpointRow extends Endpoint {
  id: string;
  secretSealed: Buffer;
  /** Null when no rotation is under way. */
  previousSecretUntil: Date | null;
}

const SELECT = `
  select id, url, granularity_hours as "granularityHours", enabled, state, consecutive_errors as "consecutiveErrors",
    disabled_reason as "disabledReason", next_attempt_at as "nextAttemptAt", secret_sealed as "secretSealed", dropped::integer,
    case when previous_secret_until > now() then previous_secret_until end as "previousSecretUntil"
  from outbound_endpoint where workspace_id = $1`;

/**
 * The one endpoint of a workspace, born with its signing secret when it is first looked at. Egress reads the row before each request,
 * so a change holds as of its commit.
 */
@Injectable()
export class OutboundEndpoints {
  constructor(
    private readonly database: Database,
    private readonly writes: Writes,
    private readonly secrets: SecretBox,
    private readonly messenger: Messenger,
  ) {}

  async read(caller: Caller): Promise<OutboundWebhookResource> {
    const { pool } = this.database;
    const { rows } = await pool.query<EndpointRow>(SELECT, [caller.workspaceId]);
    return this.toResource(rows[0] ?? (await this.writes.bySystem((tx) => this.locked(tx, caller))));
  }

  /** @throws ProblemError that names the field that cannot be */
  async change(caller: Caller, change: SettingsChange): Promise<OutboundWebhookResource> {
    const due = await this.writes.byMember(caller, async (tx) => {
      const before = await this.locked(tx, caller);
      const after = changeSettings(before, change);
      await write(tx, before.id, after);
      if (after.granularityHours !== before.granularityHours) {
        await redateBundles(tx, before.id, after.granularityHours);
      }
      if (!after.enabled) await dropBundles(tx, before.id);
      // Only what waits for an endpoint that disabled itself is kept from its workers; what was switched off they drop.
      const isOpen = !after.enabled || after.state !== 'disabled';
      const opened = await setOpen(tx, laneKinds.deliver, [before.id], isOpen);
      // What waited for a later try waited for the settings that are no more.
      const hastened = await hasten(tx, laneKinds.deliver, [before.id]);
      return opened.length + hastened.length > 0;
    });
    this.messenger.hint(subjects.bundlesDue);
    if (due) this.messenger.hint(subjects.deliverLaneDue);
    return this.read(caller);
  }

  /** Ends the windows of all open bundles. */
  async flush(caller: Caller): Promise<OutboundWebhookResource> {
    await this.writes.byMember(caller, async (tx) => {
      const { id } = await this.locked(tx, caller);
      await lockOpenBundles(tx, id);
      await tx.query(
        `update bundle set closes_at = now() where endpoint_id = $1 and state = 'open' and closes_at > now()`,
        [id],
      );
    });
    this.messenger.hint(subjects.bundlesDue);
    return this.read(caller);
  }

  /**
   * Gives the endpoint a new signing secret; for a day requests carry signatures of both. A third one meanwhile would end the first before its
   * time.
   * @throws ProblemError `secret-replaced`
   */
  async rotateSecret(caller: Caller): Promise<OutboundWebhookResource> {
    await this.writes.byMember(caller, async (tx) => {
      const { id, previousSecretUntil } = await this.locked(tx, caller);
      if (previousSecretUntil) throw alreadyReplaced(previousSecretUntil);
      await tx.query(
        `update outbound_endpoint set secret_sealed = $2, previous_secret_sealed = secret_sealed,
           previous_secret_until = now() + interval '24 hours', updated_at = now()
         where id = $1`,
        [id, this.secrets.seal(newSigningSecret(), context(id))],
      );
    });
    return this.read(caller);
  }

  /**
   * @returns the id of the endpoint
   * @throws ProblemError `no-outbound-url`
   */
  async withUrl(caller: Caller): Promise<string> {
    const { rows } = await this.database.pool.query<EndpointRow>(SELECT, [caller.workspaceId]);
    if (rows[0]?.url) return rows[0].id;
    throw new ProblemError(
      'no-outbound-url',
      'Give the webhook a URL first: PATCH /api/v1/outbound-webhook.',
    );
  }

  /** The lock makes collections of messages, which read the settings, wait. */
  private async locked(tx: Sql, { workspaceId }: Caller): Promise<EndpointRow> {
    const id = uuidv7();
    await tx.query(
      `insert into outbound_endpoint (id, workspace_id, secret_sealed) values ($1, $2, $3)
       on conflict (workspace_id) do nothing`,
      [id, workspaceId, this.secrets.seal(newSigningSecret(), context(id))],
    );
    const { rows } = await tx.query(`${SELECT} for update`, [workspaceId]);
    return rows[0];
  }

  private async toResource(endpoint: EndpointRow): Promise<OutboundWebhookResource> {
    const { pool } = this.database;
    const { rows } = await pool.query<{ pending: number; bundles: number; messages: number }>(
      `select count(*)::integer as bundles, coalesce(sum(messages), 0)::integer as messages, (
         select count(*)::integer from delivery d join outbound_endpoint e on e.id = d.endpoint_id
         where d.endpoint_id = $1 and d.generation = e.generation and d.state = 'pending'
       ) as pending
       from bundle where endpoint_id = $1 and state = 'open'`,
      [endpoint.id],
    );
    return {
      url: endpoint.url,
      granularityHours: endpoint.granularityHours,
      enabled: endpoint.enabled && endpoint.state !== 'disabled',
      state: endpoint.state,
      consecutiveErrors: endpoint.consecutiveErrors,
      disabledReason: endpoint.disabledReason,
      nextAttemptAt: endpoint.nextAttemptAt,
      pending: rows[0]!.pending,
      openBundles: rows[0]!.bundles,
      bundledMessages: rows[0]!.messages,
      dropped: endpoint.dropped,
      secret: this.secrets.open(endpoint.secretSealed, context(endpoint.id)).toString(),
      previousSecretUntil: endpoint.previousSecretUntil,
    };
  }
}

async function write(tx: Sql, id: string, endpoint: Endpoint): Promise<void> {
  await tx.query(
    `update outbound_endpoint set url = $2, granularity_hours = $3, enabled = $4, state = $5, consecutive_errors = $6,
       disabled_reason = $7, next_attempt_at = $8, dropped = $9, updated_at = now(),
       -- What waits when it is switched off is not delivered after it was switched on again.
       generation = generation + case when enabled and not $4 then 1 else 0 end
     where id = $1`,
    [
      id,
      endpoint.url,
      endpoint.granularityHours,
      endpoint.enabled,
      endpoint.state,
      endpoint.consecutiveErrors,
      endpoint.disabledReason,
      endpoint.nextAttemptAt,
      endpoint.dropped,
    ],
  );
}

/** Open windows get the new length, counted from their first message; those that are over, by "Deliver now" say, stay so. */
async function redateBundles(tx: Sql, endpointId: string, hours: number): Promise<void> {
  await lockOpenBundles(tx, endpointId);
  await tx.query(
    `update bundle set closes_at = case when $2 = 0 then now() else opened_at + make_interval(hours => $2) end
     where endpoint_id = $1 and state = 'open' and closes_at > now()`,
    [endpointId, hours],
  );
}

/** In the order in which recording locks them. */
async function lockOpenBundles(tx: Sql, endpointId: string): Promise<void> {
  await tx.query(`select from bundle where endpoint_id = $1 and state = 'open' order by id for update`, [
    endpointId,
  ]);
}

async function dropBundles(tx: Sql, endpointId: string): Promise<void> {
  await lockOpenBundles(tx, endpointId);
  await tx.query(`update bundle set state = 'dropped' where endpoint_id = $1 and state = 'open'`, [
    endpointId,
  ]);
}

function alreadyReplaced(until: Date): ProblemError {
  return new ProblemError(
    'secret-replaced',
    `The secret was replaced less than 24 hours ago. Requests are signed with both secrets until ${until.toISOString()}; replace it again after that.`,
  );
}

function context(endpointId: string): string {
  return `outbound_endpoint:${endpointId}`;
}
