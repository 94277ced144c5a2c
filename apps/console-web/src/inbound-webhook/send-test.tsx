import { Alert, Button, Code, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../api/client.js';
import { problemOf } from '../api/problem.js';
import { CopyField } from '../feedback/copy-field.js';
import { useAction } from '../feedback/use-action.js';
import { Panel } from '../layout/panel.js';
import { curlCommand, readable } from './curl.js';
import { ATTEMPTS } from './use-inbound-webhook.js';

const EXAMPLE = { phone: '+14155550123', text: 'Hello from Waypost' };

/** The command for elsewhere, and the same from here. */
export function SendTest({ url }: { url: string }) {
  const [phone, setPhone] = useState(EXAMPLE.phone);
  const [text, setText] = useState(EXAMPLE.text);
  const test = useAction({
    run: () => take(api.POST('/api/v1/inbound-webhook/test', { body: { phone, text } })),
    changes: [ATTEMPTS],
    quiet: true,
  });
  const problem = problemOf(test.error);
  return (
    <Panel
      title="Try it"
      lead="Run this command anywhere, or send from here. It is a real message: it costs a credit and the person gets it."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          test.mutate();
        }}
      >
        <Stack>
          <Group grow align="flex-start" preventGrowOverflow={false}>
            <TextInput
              label="To the phone number"
              type="tel"
              required
              value={phone}
              error={problem?.of('phone')}
              onChange={(event) => setPhone(event.currentTarget.value)}
            />
            <TextInput
              label="Text"
              required
              value={text}
              error={problem?.of('text')}
              onChange={(event) => setText(event.currentTarget.value)}
            />
          </Group>
          <CopyField label="curl command" value={curlCommand(url, { phone, text })} block />
          <Group justify="space-between">
            <Text size="sm" c="dimmed">
              <code>chat_id</code>, <code>jid</code> or <code>chat_name</code> may stand in place of{' '}
              <code>phone</code>; <code>file_url</code> with <code>file_name</code> adds a file.
            </Text>
            <Button type="submit" loading={test.isPending}>
              Send a test
            </Button>
          </Group>
        </Stack>
      </form>
      {problem && (
        <Alert color="red" role="alert">
          {problem.message}
        </Alert>
      )}
      {test.data && <TestAnswer status={test.data.status} body={test.data.responseBody} />}
    </Panel>
  );
}

function TestAnswer({ status, body }: { status: number | null; body: string | null }) {
  const title =
    status === 200
      ? 'Accepted: the message is in the queue'
      : status === null
        ? 'The webhook did not answer'
        : `Refused with HTTP ${status}`;
  return (
    <Alert color={status === 200 ? 'teal' : 'red'} title={title} role="status">
      {body === null ? (
        'The address of the inbound webhook cannot be reached from the console; ask whoever runs Waypost.'
      ) : (
        <Code block tabIndex={0} aria-label="Answer of the webhook">
          {readable(body)}
        </Code>
      )}
    </Alert>
  );
}
