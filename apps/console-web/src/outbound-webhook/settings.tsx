import { Button, Group, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../api/client.js';
import { problemOf } from '../api/problem.js';
import { tell, tellFailure } from '../feedback/tell.js';
import { useAction } from '../feedback/use-action.js';
import { Panel } from '../layout/panel.js';
import { granularities, type Granularity } from './granularity.js';
import { SendTest } from './send-test.js';
import { OUTBOUND, REQUESTS, type OutboundWebhook } from './use-outbound-webhook.js';

interface Change {
  url?: string | null;
  granularityHours?: Granularity;
  enabled?: boolean;
}

export function Settings({ webhook }: { webhook: OutboundWebhook }) {
  const [url, setUrl] = useState(webhook.url ?? '');
  const [hours, setHours] = useState<`${Granularity}`>(`${webhook.granularityHours}`);
  const change = useAction({
    run: (body: Change) => take(api.PATCH('/api/v1/outbound-webhook', { body })),
    changes: [OUTBOUND, REQUESTS],
    quiet: true,
  });
  const changed = url !== (webhook.url ?? '') || hours !== `${webhook.granularityHours}`;
  const save = async (more: Change = {}) => {
    try {
      await change.mutateAsync({
        url: url.trim() === '' ? null : url.trim(),
        granularityHours: Number(hours) as Granularity,
        ...more,
      });
      tell('Saved.');
    } catch (error) {
      if (!problemOf(error)?.of('url')) tellFailure(error);
    }
  };
  return (
    <Panel
      title="Settings"
      action={
        <Switch
          label="Webhook enabled"
          checked={(change.isPending ? change.variables.enabled : undefined) ?? webhook.enabled}
          disabled={change.isPending}
          onChange={(event) => void save({ enabled: event.currentTarget.checked })}
        />
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Stack>
          <TextInput
            label="Webhook URL"
            description="Only HTTP status 200 counts as delivered."
            type="url"
            placeholder="https://crm.example/whatsapp"
            value={url}
            error={problemOf(change.error)?.of('url')}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <Select
            label="Aggregation granularity"
            description="Each message on its own, or the messages of a chat together."
            data={granularities}
            value={hours}
            allowDeselect={false}
            onChange={(value) => value && setHours(value as `${Granularity}`)}
          />
          <Group justify="flex-end">
            <Button type="submit" disabled={!changed} loading={change.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
      <SendTest disabled={webhook.url === null || changed} />
    </Panel>
  );
}
