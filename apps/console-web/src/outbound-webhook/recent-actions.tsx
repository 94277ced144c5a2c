import { Accordion, Badge, Button, Code, Group, Stack, Text } from '@mantine/core';
import { IconDownload, IconSend } from '@tabler/icons-react';
import { Empty } from '../feedback/empty.js';
import { Resolved } from '../feedback/resolved.js';
import { readable } from '../inbound-webhook/curl.js';
import { Panel } from '../layout/panel.js';
import { ExactTime } from '../time/time.js';
import { useOutboundRequests, type OutboundRequest } from './use-outbound-webhook.js';

export function RecentActions() {
  const requests = useOutboundRequests();
  return (
    <Panel
      title="Recent actions"
      lead="The 10 latest requests. The download has 100 with all data sent and the answers."
      action={
        <Button
          component="a"
          href="/api/v1/outbound-webhook/requests/download"
          download
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          Download
        </Button>
      }
    >
      <Resolved query={requests}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon={IconSend} title="Nothing was sent yet">
              The first message, or a test, shows here.
            </Empty>
          ) : (
            <Accordion variant="contained" order={3}>
              {items.map((request) => (
                <RequestItem key={request.id} request={request} />
              ))}
            </Accordion>
          )
        }
      </Resolved>
    </Panel>
  );
}

function RequestItem({ request }: { request: OutboundRequest }) {
  const { status, error, isTest, at, durationMs } = request;
  const ok = error === null;
  return (
    <Accordion.Item value={request.id}>
      <Accordion.Control>
        <Group gap="sm" wrap="wrap">
          <Badge variant="dot" color={ok ? 'green' : 'red'} tt="none">
            {ok ? 'Delivered' : status === null ? 'No answer' : `Refused ${status}`}
          </Badge>
          <Text size="sm" fw={500} style={{ flex: '1 1 200px' }}>
            {isTest ? 'Test' : 'Message'}
            {error && `: ${error}`}
          </Text>
          <Text size="xs" c="dimmed" mr="sm">
            <ExactTime at={at} /> · {Math.round(durationMs)} ms
          </Text>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <Stack gap="sm">
          <Block label="Sent to" text={request.url} />
          <Block label="Headers sent" text={headerLines(request.requestHeaders)} />
          <Block
            label={
              request.isRequestBodyCut ? 'Body sent (its beginning; the download has all of it)' : 'Body sent'
            }
            text={readable(request.requestBody)}
          />
          {request.responseHeaders && (
            <Block label="Headers of the answer" text={headerLines(request.responseHeaders)} />
          )}
          {request.responseBody && <Block label="Answer" text={readable(request.responseBody)} />}
        </Stack>
      </Accordion.Panel>
    </Accordion.Item>
  );
}

function Block({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>
        {label}
      </Text>
      <Code block tabIndex={0} aria-label={label} mah={320}>
        {text}
      </Code>
    </div>
  );
}

function headerLines(headers: object): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join('\n');
}
