import { Button } from '@mantine/core';
import { IconWebhook } from '@tabler/icons-react';
import { api, take } from '../api/client.js';
import { Empty } from '../feedback/empty.js';
import { Resolved } from '../feedback/resolved.js';
import { useAction } from '../feedback/use-action.js';
import { OwnersOnly } from '../layout/owners-only.js';
import { Page } from '../layout/page.js';
import { Panel } from '../layout/panel.js';
import { Attempts } from './attempts.js';
import { SendTest } from './send-test.js';
import { INBOUND, useInboundWebhook } from './use-inbound-webhook.js';
import { WebhookUrl } from './webhook-url.js';

const TITLE = 'Inbound webhook';

export function InboundWebhookPage() {
  return (
    <OwnersOnly title={TITLE}>
      <Page
        title={TITLE}
        lead="One secret URL. Whatever can POST JSON to it sends WhatsApp messages: a CRM, a help desk, a script."
      >
        <Content />
      </Page>
    </OwnersOnly>
  );
}

function Content() {
  const webhook = useInboundWebhook();
  const generate = useAction({
    run: () => take(api.POST('/api/v1/inbound-webhook/rotate')),
    changes: [INBOUND],
    done: 'The URL is ready.',
  });
  return (
    <Resolved query={webhook}>
      {(found) =>
        found.url === null ? (
          <Panel title="Webhook URL">
            <Empty icon={IconWebhook} title="There is no URL yet">
              Generate one and give it to the system that shall send messages. Whoever knows the URL can send.
              <br />
              <Button mt="md" onClick={() => generate.mutate()} loading={generate.isPending}>
                Generate the URL
              </Button>
            </Empty>
          </Panel>
        ) : (
          <>
            <WebhookUrl webhook={found} url={found.url} />
            <SendTest url={found.url} />
            <Attempts />
          </>
        )
      }
    </Resolved>
  );
}
