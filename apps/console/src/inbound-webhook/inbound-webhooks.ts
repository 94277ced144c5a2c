import { Injectable } from '@nestjs/common';
import { newSecretToken } from '@waypost/kernel';
import { Database, SecretBox, tokenHash } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { ConsoleConfig } from '../console.config.js';
import { ProblemError } from '../http/problem.js';
import { Writes } from '../writing/writes.js';
import type { InboundWebhookResource } from './inbound-webhook-resource.js';

interface WebhookRow {
  token_sealed: Buffer;
  enabled: boolean;
  created_at: Date;
}

/** The one secret URL of a workspace. Ingress looks its hash up at every request, so each change holds at once. */
@Injectable()
export class InboundWebhooks {
  constructor(
    private readonly database: Database,
    private readonly writes: Writes,
    private readonly secrets: SecretBox,
    private readonly config: ConsoleConfig,
  ) {}

  async read(caller: Caller): Promise<InboundWebhookResource> {
    const { rows } = await this.database.pool.query<WebhookRow>(
      'select token_sealed, enabled, created_at from inbound_webhook where workspace_id = $1',
      [caller.workspaceId],
    );
    return rows[0] ? this.toResource(caller, rows[0]) : { enabled: false, url: null, createdAt: null };
  }

  /** @throws ProblemError `no-inbound-url` */
  async setEnabled(caller: Caller, enabled: boolean): Promise<InboundWebhookResource> {
    const row = await this.writes.byMember(caller, async (tx) => {
      const { rows } = await tx.query<WebhookRow>(
        `update inbound_webhook set enabled = $2 where workspace_id = $1
         returning token_sealed, enabled, created_at`,
        [caller.workspaceId, enabled],
      );
      if (rows[0]) return rows[0];
      throw new ProblemError('no-inbound-url', 'Generate a URL first: POST /api/v1/inbound-webhook/rotate.');
    });
    return this.toResource(caller, row);
  }

  /** Replaces the URL; the one before is unknown as of the same commit. The first one is enabled, later ones stay as it was. */
  async rotate(caller: Caller): Promise<InboundWebhookResource> {
    const token = newSecretToken();
    const { rows } = await this.writes.byMember(caller, (tx) =>
      tx.query<WebhookRow>(
        `insert into inbound_webhook (workspace_id, token_hash, token_sealed) values ($1, $2, $3)
       on conflict (workspace_id) do update
         set token_hash = excluded.token_hash, token_sealed = excluded.token_sealed, created_at = now()
       returning token_sealed, enabled, created_at`,
        [caller.workspaceId, tokenHash(token), this.secrets.seal(token, context(caller))],
      ),
    );
    return this.toResource(caller, rows[0]!);
  }

  private toResource(caller: Caller, row: WebhookRow): InboundWebhookResource {
    const token = this.secrets.open(row.token_sealed, context(caller)).toString();
    return {
      enabled: row.enabled,
      url: `${this.config.ingressPublicUrl}/webhooks/inbound/${token}`,
      createdAt: row.created_at,
    };
  }
}

function context(caller: Caller): string {
  return `inbound_webhook:${caller.workspaceId}`;
}
