import { Alert, Button, Modal, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { Rows } from '../feedback/loading.js';
import { accountName } from './account-words.js';
import { LinkByCode } from './link-by-code.js';
import { LinkByQr } from './link-by-qr.js';
import { useAccount } from './use-accounts.js';
import { usePairing } from './use-pairing.js';

/** Links an account to a phone; the window follows what happens on the phone. */
export function LinkAccount({ accountId, onClose }: { accountId: string; onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title="Link a phone"
      centered
      size="md"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Linking accountId={accountId} onClose={onClose} />
    </Modal>
  );
}

function Linking({ accountId, onClose }: { accountId: string; onClose: () => void }) {
  const account = useAccount(accountId);
  const { pairing, request } = usePairing(accountId);
  const [method, setMethod] = useState<'qr' | 'code'>('qr');
  if (!account.data || !pairing.data) return <Rows count={3} />;
  const { state } = account.data;
  if (state === 'connected') return <Connected name={accountName(account.data)} onClose={onClose} />;
  if (pairing.data.state === 'linked' || state === 'connecting' || state === 'backing_off') {
    return (
      <Stack align="center" py="lg" role="status">
        <Rows count={1} />
        <Text>The phone said yes. Connecting to WhatsApp …</Text>
      </Stack>
    );
  }
  return (
    <Stack>
      <SegmentedControl
        fullWidth
        aria-label="How to link"
        value={method}
        onChange={(value) => {
          setMethod(value as 'qr' | 'code');
          if (value === 'qr') request.mutate({ method: 'qr' });
        }}
        data={[
          { value: 'qr', label: 'Scan a QR code' },
          { value: 'code', label: 'Enter a code' },
        ]}
      />
      {request.error && (
        <Alert color="red" role="alert">
          {request.error.message}
        </Alert>
      )}
      {method === 'qr' ? (
        <LinkByQr
          accountId={accountId}
          pairing={pairing.data}
          sandbox={account.data.network === 'sandbox'}
          onAgain={() => request.mutate({ method: 'qr' })}
        />
      ) : (
        <LinkByCode
          pairing={pairing.data}
          pending={request.isPending}
          onRequest={(phone) => request.mutate({ method: 'code', phone })}
        />
      )}
    </Stack>
  );
}

function Connected({ name, onClose }: { name: string; onClose: () => void }) {
  return (
    <Stack align="center" py="lg" role="status">
      <IconCircleCheck size={72} stroke={1.25} color="var(--mantine-color-anchor)" aria-hidden />
      <Text fw={600} size="lg">
        {name} is connected
      </Text>
      <Text c="dimmed" ta="center">
        It sends and receives from now on. The phone may be switched off.
      </Text>
      <Button onClick={onClose} data-autofocus>
        Done
      </Button>
    </Stack>
  );
}
