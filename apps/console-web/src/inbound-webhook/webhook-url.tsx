import { Group, Switch, Text } from '@mantine/core';
import { api, take } from '../api/client.js';
import { ConfirmButton } from '../feedback/confirm-button.js';
import { CopyField } from '../feedback/copy-field.js';
import { useAction } from '../feedback/use-action.js';
import { Panel } from '../layout/panel.js';
import { Ago } from '../time/time.js';
import { INBOUND, type InboundWebhook } from './use-inbound-webhook.js';

export function WebhookUrl({ webhook, url }: { webhook: InboundWebhook; url: string }) {
  const enable = useAction({
    run: (enabled: boolean) => take(api.PATCH('/api/v1/inbound-webhook', { body: { enabled } })),
    changes: [INBOUND],
  });
  const rotate = useAction({
    run: () => take(api.POST('/api/v1/inbound-webhook/rotate')),
    changes: [INBOUND],
    done: 'The new URL is in force; the one before stopped working.',
  });
  return (
    <Panel
      title="Webhook URL"
      lead={
        webhook.createdAt && (
          <>
            Generated <Ago at={webhook.createdAt} />. Keep it secret: whoever knows it can send.
          </>
        )
      }
      action={
        <Switch
          label="Webhook enabled"
          checked={enable.isPending ? enable.variables : webhook.enabled}
          onChange={(event) => enable.mutate(event.currentTarget.checked)}
        />
      }
    >
      <CopyField label="webhook URL" value={url} />
      <Group justify="space-between">
        <Text size="sm" c="dimmed" maw={420}>
          {webhook.enabled
            ? 'Requests to this URL send messages.'
            : 'Requests are refused with 403 until you switch it on again. The URL stays.'}
        </Text>
        <ConfirmButton
          variant="default"
          question="Generate a new URL?"
          consequence="The URL you have now stops working at once and cannot be brought back. Every system that uses it must get the new one."
          confirm="Generate new URL"
          onConfirm={() => rotate.mutate()}
          loading={rotate.isPending}
        >
          Generate new URL
        </ConfirmButton>
      </Group>
    </Panel>
  );
}
