import { Anchor, Group, Text } from '@mantine/core';
import { api, take } from '../api/client.js';
import { ConfirmButton } from '../feedback/confirm-button.js';
import { CopyField } from '../feedback/copy-field.js';
import { useAction } from '../feedback/use-action.js';
import { Panel } from '../layout/panel.js';
import { exactTime } from '../time/times.js';
import { OUTBOUND, type OutboundWebhook } from './use-outbound-webhook.js';

export function SigningSecret({ webhook }: { webhook: OutboundWebhook }) {
  const rotate = useAction({
    run: () => take(api.POST('/api/v1/outbound-webhook/rotate-secret')),
    changes: [OUTBOUND],
    done: 'For 24 hours requests are signed with both secrets.',
  });
  return (
    <Panel
      title="Signing secret"
      lead={
        <>
          Proves that a request comes from here, by the{' '}
          <Anchor
            href="https://www.standardwebhooks.com"
            target="_blank"
            rel="noreferrer"
            inherit
            underline="always"
          >
            Standard Webhooks
          </Anchor>{' '}
          scheme: its libraries check it in one line.
        </>
      }
    >
      <CopyField label="signing secret" value={webhook.secret} secret />
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {webhook.previousSecretUntil
            ? `The secret before is valid until ${exactTime(new Date(webhook.previousSecretUntil))}.`
            : ''}
        </Text>
        <ConfirmButton
          variant="default"
          question="Generate a new signing secret?"
          consequence="For 24 hours requests carry signatures of both secrets, so that you can change over; then the one you have now is worth nothing."
          confirm="Generate new secret"
          onConfirm={() => rotate.mutate()}
          loading={rotate.isPending}
        >
          Generate new secret
        </ConfirmButton>
      </Group>
    </Panel>
  );
}
