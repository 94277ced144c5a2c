import { Accordion, Badge, Button, Code, Group, Stack, Text } from '@mantine/core';
import { IconDownload, IconInbox } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { stateWords } from '../chat/message-states.js';
import { Empty } from '../feedback/empty.js';
import { Resolved } from '../feedback/resolved.js';
import { Panel } from '../layout/panel.js';
import { ExactTime } from '../time/time.js';
import { formatBytes } from '../words/numbers.js';
import { readable } from './curl.js';
import { useAttempts, type Attempt } from './use-inbound-webhook.js';

export function Attempts() {
  const attempts = useAttempts();
  return (
    <Panel
      title="Last sending attempts"
      lead="Every request to the URL, refused ones too. The log has the latest 100 in full."
      action={
        <Button
          component="a"
          href="/api/v1/inbound-webhook/attempts/download"
          download
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          Download log
        </Button>
      }
    >
      <Resolved query={attempts}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon={IconInbox} title="Nobody has called yet">
              The first request to the URL shows here within seconds.
            </Empty>
          ) : (
            <Accordion variant="contained" order={3}>
              {items.map((attempt) => (
                <AttemptItem key={attempt.id} attempt={attempt} />
              ))}
            </Accordion>
          )
        }
      </Resolved>
    </Panel>
  );
}

function AttemptItem({ attempt }: { attempt: Attempt }) {
  const accepted = attempt.status === 200;
  return (
    <Accordion.Item value={attempt.id}>
      <Accordion.Control>
        <Group gap="sm" wrap="wrap">
          <Badge variant="dot" color={accepted ? 'green' : 'red'} tt="none">
            {accepted ? 'Accepted' : `Refused ${attempt.status}`}
          </Badge>
          <Text size="sm" fw={500} style={{ flex: '1 1 200px' }}>
            {outcome(attempt)}
          </Text>
          <Text size="xs" c="dimmed" mr="sm">
            <ExactTime at={attempt.at} />
          </Text>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <Stack gap="sm">
          <Detail label="Message">{attempt.message?.messageId}</Detail>
          <Detail label="From the address">{attempt.address}</Detail>
          <Detail label="Took">{`${attempt.durationMs} ms`}</Detail>
          <Detail label="Fields that were ignored">{attempt.ignoredFields.join(', ')}</Detail>
          <Body attempt={attempt} />
        </Stack>
      </Accordion.Panel>
    </Accordion.Item>
  );
}

function Body({ attempt: { bodyStart, bodyBytes } }: { attempt: Attempt }) {
  if (bodyStart === null || bodyBytes === null) {
    return (
      <Text size="sm" c="dimmed">
        The body was too large to be read.
      </Text>
    );
  }
  const cut = new TextEncoder().encode(bodyStart).length < bodyBytes;
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>
        Body ({formatBytes(bodyBytes)}
        {cut && ', its beginning; the log has all of it'})
      </Text>
      <Code block tabIndex={0} aria-label="Body of the request" mah={320}>
        {bodyStart === '' ? '(empty)' : readable(bodyStart)}
      </Code>
    </div>
  );
}

function outcome({ refusal, message }: Attempt): string {
  if (refusal) return refusal;
  if (!message?.state) return 'The message is not known here any more';
  const { failure, state } = message;
  return failure ? `Failed: ${failure.reason ?? failure.code}` : stateWords[state];
}

function Detail({ label, children }: { label: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </div>
  );
}
