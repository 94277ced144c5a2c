import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { api, take } from '../api/client.js';
import { useAction } from '../feedback/use-action.js';
import { readable } from '../inbound-webhook/curl.js';
import { REQUESTS } from './use-outbound-webhook.js';

/** Posts a sample to the saved URL and shows what came back. */
export function SendTest({ disabled }: { disabled: boolean }) {
  const test = useAction({
    run: () => take(api.POST('/api/v1/outbound-webhook/test')),
    changes: [REQUESTS],
  });
  const result = test.data;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          A test posts a sample of the saved format to the saved URL. It counts neither as error nor as
          success.
        </Text>
        <Button variant="default" disabled={disabled} loading={test.isPending} onClick={() => test.mutate()}>
          Send test
        </Button>
      </Group>
      {result && (
        <Alert
          color={result.ok ? 'teal' : 'red'}
          title={
            result.ok
              ? 'The receiver answered 200'
              : (result.error ?? `The receiver answered ${result.status}`)
          }
          role="status"
        >
          <Text size="sm" mb="xs">
            After {Math.round(result.durationMs)} ms.
          </Text>
          {result.responseBody && (
            <Code block tabIndex={0} aria-label="Answer of the receiver" mah={240}>
              {readable(result.responseBody)}
            </Code>
          )}
        </Alert>
      )}
    </Stack>
  );
}
