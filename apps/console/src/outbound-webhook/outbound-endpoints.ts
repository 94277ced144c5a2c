import { Injectable } from '@nestjs/common';
import { laneKinds } from '@waypost/contracts';
import { newSigningSecret, uuidv7 } from '@waypost/kernel';
import { countItems } from '@waypost/lanes';
import { Database, OutboundEndpointEntity, SecretBox, type Transaction } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { changeSettings, type SettingsChange } from './endpoint-settings.js';
import type { OutboundWebhookResource } from './outbound-webhook-resource.js';

/**
 * The one endpoint of a workspace, born with its signing secret when it is first looked at. Egress reads the row before each request,
 * so a change holds as of its commit.
 */
@Injectable()
export class OutboundEndpoints {
  constructor(
    private readonly database: Database,
    private readonly secrets: SecretBox,
  ) {}

  async read(caller: Caller): Promise<OutboundWebhookResource> {
    const { workspaceId } = caller;
    const known = await this.database.read.findOneBy(OutboundEndpointEntity, { workspaceId });
    return this.toResource(known ?? (await this.database.transaction((tx) => this.locked(tx, workspaceId))));
  }

  /** @throws ProblemError that names the field that cannot be */
  async change(caller: Caller, change: SettingsChange): Promise<OutboundWebhookResource> {
    const endpoint = await this.database.transaction(async (tx) => {
      const before = await this.locked(tx, caller.workspaceId);
      const after = { ...before, ...changeSettings(before, change), updatedAt: new Date() };
      await tx.save(OutboundEndpointEntity, after);
      return after;
    });
    return this.toResource(endpoint);
  }

  private async locked(tx: Transaction, workspaceId: string): Promise<OutboundEndpointEntity> {
    const id = uuidv7();
    await tx.query(
      `insert into outbound_endpoint (id, workspace_id, secret_sealed) values ($1, $2, $3)
       on conflict (workspace_id) do nothing`,
      [id, workspaceId, this.secrets.seal(newSigningSecret(), context(id))],
    );
    return tx.findOneOrFail(OutboundEndpointEntity, {
      where: { workspaceId },
      lock: { mode: 'pessimistic_write' },
    });
  }

  private async toResource(endpoint: OutboundEndpointEntity): Promise<OutboundWebhookResource> {
    const pending = await countItems(this.database.pool, laneKinds.deliver, [endpoint.id]);
    return {
      url: endpoint.url,
      granularityHours: endpoint.granularityHours,
      enabled: endpoint.enabled,
      state: endpoint.state,
      consecutiveErrors: endpoint.consecutiveErrors,
      disabledReason: endpoint.disabledReason,
      nextAttemptAt: endpoint.nextAttemptAt,
      pending: pending.get(endpoint.id) ?? 0,
      secret: this.secrets.open(endpoint.secretSealed, context(endpoint.id)).toString(),
    };
  }
}

function context(endpointId: string): string {
  return `outbound_endpoint:${endpointId}`;
}
