import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../api/client.js';
import { useAction } from '../feedback/use-action.js';
import type { Account } from './account-words.js';
import { ACCOUNTS } from './use-accounts.js';

interface AddAccountProps {
  opened: boolean;
  onClose: () => void;
  onAdded: (accountId: string) => void;
}

export function AddAccount({ opened, onClose, onAdded }: AddAccountProps) {
  const [network, setNetwork] = useState<Account['network']>('whatsapp');
  const add = useAction({
    run: () => take(api.POST('/api/v1/accounts', { body: { network } })),
    changes: [ACCOUNTS],
    done: ({ id }) => onAdded(id),
  });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Add an account"
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        <Radio.Group
          label="Where does it live?"
          value={network}
          onChange={(value) => setNetwork(value as Account['network'])}
        >
          <Stack gap="sm" mt="xs">
            <Radio
              value="whatsapp"
              label="WhatsApp"
              description="A real number. It stays on your phone as well, like WhatsApp Web."
            />
            <Radio
              value="sandbox"
              label="Sandbox"
              description="A simulated network to try everything without a phone. Nobody real gets a message."
            />
          </Stack>
        </Radio.Group>
        {network === 'whatsapp' && (
          <Text size="sm" c="dimmed">
            Use a number whose loss you could bear: WhatsApp may ban numbers that write to strangers.
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button onClick={() => add.mutate()} loading={add.isPending}>
            Add and link it
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
