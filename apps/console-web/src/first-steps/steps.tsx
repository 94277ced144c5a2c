import { Button, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { AddAccount } from '../accounts/add-account.js';
import { LinkAccount } from '../accounts/link-account.js';
import { api, take } from '../api/client.js';
import { CREDITS } from '../credits/use-credits.js';
import { useAction } from '../feedback/use-action.js';
import { SendTest } from '../inbound-webhook/send-test.js';
import { INBOUND } from '../inbound-webhook/use-inbound-webhook.js';
import type { Progress } from './progress.js';
import { Step } from './step.js';

const FIRST_CREDITS = 100;

interface StepsProps {
  progress: Progress;
  url: string | null;
  chatId?: string;
}

export function Steps({ progress, url, chatId }: StepsProps) {
  const [adding, setAdding] = useState(false);
  const [linking, setLinking] = useState<string>();
  const grant = useAction({
    run: () =>
      take(api.POST('/api/v1/credits/grants', { body: { amount: FIRST_CREDITS, note: 'First steps' } })),
    changes: [CREDITS],
  });
  const generate = useAction({
    run: () => take(api.POST('/api/v1/inbound-webhook/rotate')),
    changes: [INBOUND],
  });
  const next = (['linked', 'funded', 'hasUrl', 'delivered'] as const).find((step) => !progress[step]);
  return (
    <>
      <Step number={1} title="Link an account" done={progress.linked} current={next === 'linked'}>
        <Text size="sm" c="dimmed">
          Scan a QR code with a phone, or take a simulated number in the sandbox.
        </Text>
        <Group>
          <Button onClick={() => setAdding(true)}>Add an account</Button>
          <Button component={Link} to="/accounts" variant="default">
            See the accounts
          </Button>
        </Group>
      </Step>
      <Step number={2} title="Add some credits" done={progress.funded} current={next === 'funded'}>
        <Text size="sm" c="dimmed">
          A message through the webhook costs one. Credits keep a runaway script from emptying your queue into
          WhatsApp.
        </Text>
        <Button w="fit-content" onClick={() => grant.mutate()} loading={grant.isPending}>
          Add {FIRST_CREDITS} credits
        </Button>
      </Step>
      <Step number={3} title="Generate your webhook URL" done={progress.hasUrl} current={next === 'hasUrl'}>
        <Text size="sm" c="dimmed">
          One secret address, to which your systems post messages.
        </Text>
        <Button w="fit-content" onClick={() => generate.mutate()} loading={generate.isPending}>
          Generate the URL
        </Button>
      </Step>
      <Step
        number={4}
        title="Send a message and see it delivered"
        done={progress.delivered}
        current={next === 'delivered'}
      >
        {url && <SendTest url={url} />}
        {progress.sent && (
          <Text size="sm" role="status">
            The message is on its way; this turns green when it is delivered.
          </Text>
        )}
      </Step>
      {progress.delivered && (
        <Group justify="center" role="status">
          <Text fw={600}>Delivered. That is all it takes.</Text>
          {chatId && (
            <Button component={Link} to={`/chat/${chatId}/messages/`}>
              See it in the chat
            </Button>
          )}
        </Group>
      )}
      <AddAccount
        opened={adding}
        onClose={() => setAdding(false)}
        onAdded={(id) => {
          setAdding(false);
          setLinking(id);
        }}
      />
      {linking && <LinkAccount accountId={linking} onClose={() => setLinking(undefined)} />}
    </>
  );
}
