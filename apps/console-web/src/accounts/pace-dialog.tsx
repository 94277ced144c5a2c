import { Alert, Button, Group, Modal, NumberInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../api/client.js';
import { useAction } from '../feedback/use-action.js';
import type { Account } from './account-words.js';
import { ACCOUNTS } from './use-accounts.js';

/** What an account without a pace of its own keeps to, unless the deployment says otherwise. */
const USUAL = { min: 1.5, max: 2.5 };

interface PaceDialogProps {
  account: Account;
  opened: boolean;
  onClose: () => void;
}

export function PaceDialog({ account, opened, onClose }: PaceDialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Pause between two messages"
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <PaceForm account={account} onClose={onClose} />
    </Modal>
  );
}

function PaceForm({ account, onClose }: Omit<PaceDialogProps, 'opened'>) {
  const [min, setMin] = useState<number | string>((account.paceMinMs ?? USUAL.min * 1_000) / 1_000);
  const [max, setMax] = useState<number | string>((account.paceMaxMs ?? USUAL.max * 1_000) / 1_000);
  const save = useAction({
    run: (pace: { paceMinMs: number | null; paceMaxMs: number | null }) =>
      take(
        api.PATCH('/api/v1/accounts/{accountId}', {
          params: { path: { accountId: account.id } },
          body: pace,
        }),
      ),
    changes: [ACCOUNTS],
    done: onClose,
  });
  const [paceMinMs, paceMaxMs] = [milliseconds(min), milliseconds(max)];
  const wrongOrder = paceMinMs !== undefined && paceMaxMs !== undefined && paceMaxMs < paceMinMs;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (paceMinMs === undefined || paceMaxMs === undefined || wrongOrder) return;
        save.mutate({ paceMinMs, paceMaxMs });
      }}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          Each pause is drawn at random between the two, as a person would write.
        </Text>
        <Group grow align="flex-start">
          <NumberInput
            label="Shortest"
            suffix=" s"
            min={0}
            max={600}
            step={0.5}
            value={min}
            onChange={setMin}
          />
          <NumberInput
            label="Longest"
            suffix=" s"
            min={0}
            max={600}
            step={0.5}
            value={max}
            onChange={setMax}
            error={wrongOrder && 'Must not be shorter than the shortest.'}
          />
        </Group>
        {paceMinMs !== undefined && paceMinMs < 1_000 && (
          <Alert color="yellow">WhatsApp bans numbers that write faster than people do.</Alert>
        )}
        <Group justify="space-between">
          <Button
            variant="subtle"
            disabled={account.paceMinMs === null}
            onClick={() => save.mutate({ paceMinMs: null, paceMaxMs: null })}
          >
            Back to standard
          </Button>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function milliseconds(seconds: number | string): number | undefined {
  const value = Number(seconds);
  return seconds === '' || Number.isNaN(value) ? undefined : Math.round(value * 1_000);
}
