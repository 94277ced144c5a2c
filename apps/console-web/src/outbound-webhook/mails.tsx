import { Accordion, Group, Text } from '@mantine/core';
import { Panel } from '../layout/panel.js';
import { ExactTime } from '../time/time.js';
import { useMails } from './use-outbound-webhook.js';

const STATES = { waiting: 'Not sent: no mail server is set up', sent: 'Sent', failed: 'Could not be sent' };

/** What was written to the owners; where no mail server is set up this is the only place to read it. */
export function Mails() {
  const mails = useMails();
  if (!mails.data || mails.data.length === 0) return null;
  return (
    <Panel title="Mail to the owners">
      <Accordion variant="contained" order={3}>
        {mails.data.map(({ id, subject, recipient, body, state, createdAt }) => (
          <Accordion.Item key={id} value={id}>
            <Accordion.Control>
              <Group gap="sm" wrap="wrap">
                <Text size="sm" fw={500} style={{ flex: '1 1 200px' }}>
                  {subject}
                </Text>
                <Text size="xs" c="dimmed" mr="sm">
                  {STATES[state]} · <ExactTime at={createdAt} />
                </Text>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              <Text size="xs" c="dimmed" mb="xs">
                To {recipient}
              </Text>
              <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
                {body}
              </Text>
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Panel>
  );
}
