import { Alert, Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconClockPause, IconPlayerPause } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { api, take } from '../api/client.js';
import { useAction } from '../feedback/use-action.js';
import { Panel } from '../layout/panel.js';
import { Countdown } from '../time/time.js';
import { formatNumber, plural } from '../words/numbers.js';
import { OUTBOUND, REQUESTS, type OutboundWebhook } from './use-outbound-webhook.js';

export function EndpointState({ webhook }: { webhook: OutboundWebhook }) {
  const flush = useAction({
    run: () => take(api.POST('/api/v1/outbound-webhook/flush')),
    changes: [OUTBOUND, REQUESTS],
    done: 'The open bundles are closed and leave now.',
  });
  const enable = useAction({
    run: () => take(api.PATCH('/api/v1/outbound-webhook', { body: { enabled: true } })),
    changes: [OUTBOUND, REQUESTS],
    done: 'It is on again; what waited is delivered now.',
  });
  return (
    <Panel title="How it fares">
      <Sentence webhook={webhook} onEnable={() => enable.mutate()} enabling={enable.isPending} />
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        <Figure label="Deliveries that wait">{formatNumber(webhook.pending)}</Figure>
        <Figure label="Messages in open bundles">{formatNumber(webhook.bundledMessages)}</Figure>
        <Figure label="Errors in a row">{formatNumber(webhook.consecutiveErrors)}</Figure>
        <Figure label="Messages not kept">{formatNumber(webhook.dropped)}</Figure>
      </SimpleGrid>
      {webhook.dropped > 0 && (
        <Text size="sm" c="dimmed">
          {plural(webhook.dropped, 'message was', 'messages were')} not kept because too many waited, or for
          too long.
        </Text>
      )}
      {webhook.openBundles > 0 && (
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            {plural(webhook.openBundles, 'chat collects', 'chats collect')} messages until the window ends.
          </Text>
          <Button variant="default" onClick={() => flush.mutate()} loading={flush.isPending}>
            Deliver now
          </Button>
        </Group>
      )}
    </Panel>
  );
}

interface SentenceProps {
  webhook: OutboundWebhook;
  onEnable: () => void;
  enabling: boolean;
}

function Sentence({ webhook, onEnable, enabling }: SentenceProps) {
  if (webhook.state === 'disabled') {
    return (
      <Alert
        color="red"
        icon={<IconAlertTriangle aria-hidden />}
        title="Switched off by itself"
        role="status"
      >
        <Stack align="flex-start" gap="sm">
          <Text size="sm">
            {webhook.disabledReason ?? 'Too many requests in a row failed.'} New messages are still collected;
            switch it on when the receiver works again.
          </Text>
          <Button onClick={onEnable} loading={enabling}>
            Switch on again
          </Button>
        </Stack>
      </Alert>
    );
  }
  if (!webhook.enabled) {
    return (
      <Alert variant="default" icon={<IconPlayerPause aria-hidden />} title="Switched off">
        {webhook.url ? 'Nothing is collected and nothing is sent.' : 'Give it a URL below and switch it on.'}
      </Alert>
    );
  }
  if (webhook.state === 'backing_off') {
    return (
      <Alert
        color="yellow"
        icon={<IconClockPause aria-hidden />}
        title="The receiver has trouble"
        role="status"
      >
        The last {plural(webhook.consecutiveErrors, 'request')} failed.{' '}
        {webhook.nextAttemptAt && (
          <>
            Next try in <Countdown until={webhook.nextAttemptAt} />.
          </>
        )}{' '}
        Nothing is lost: what waits is delivered in order when it answers again.
      </Alert>
    );
  }
  return (
    <Alert color="teal" icon={<IconCircleCheck aria-hidden />} title="Healthy">
      Messages are delivered as they come.
    </Alert>
  );
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="xl" fw={650}>
        {children}
      </Text>
    </div>
  );
}
