import { Alert, Button, Center, List, Loader, Stack, Text } from '@mantine/core';
import { api, take } from '../api/client.js';
import { useAction } from '../feedback/use-action.js';
import { QrCode } from './qr-code.js';
import { ACCOUNTS } from './use-accounts.js';
import type { Pairing } from './use-pairing.js';

interface LinkByQrProps {
  accountId: string;
  pairing: Pairing;
  sandbox: boolean;
  onAgain: () => void;
}

export function LinkByQr({ accountId, pairing, sandbox, onAgain }: LinkByQrProps) {
  if (pairing.state === 'expired' || pairing.state === 'failed') {
    return (
      <Alert
        color="yellow"
        title={pairing.state === 'expired' ? 'Nobody scanned in time' : 'That did not work'}
      >
        <Stack align="flex-start">
          <Text size="sm">{pairing.detail ?? 'Ask for a new QR code and try again.'}</Text>
          <Button onClick={onAgain}>New QR code</Button>
        </Stack>
      </Alert>
    );
  }
  return (
    <Stack>
      {pairing.detail && <Alert color="yellow">{pairing.detail}</Alert>}
      <Center mih={296}>
        {pairing.qr ? (
          <QrCode text={pairing.qr} label="QR code to scan with WhatsApp" />
        ) : (
          <Stack align="center" role="status">
            <Loader aria-hidden />
            <Text c="dimmed">The QR code is being made …</Text>
          </Stack>
        )}
      </Center>
      {sandbox ? (
        <SimulatedPhone accountId={accountId} ready={pairing.qr !== undefined} />
      ) : (
        <List type="ordered" size="sm" spacing={4}>
          <List.Item>Open WhatsApp on your phone.</List.Item>
          <List.Item>Go to Settings, then Linked devices, then Link a device.</List.Item>
          <List.Item>Point the phone at this code. It renews itself.</List.Item>
        </List>
      )}
    </Stack>
  );
}

/** In the sandbox nobody needs a phone. */
function SimulatedPhone({ accountId, ready }: { accountId: string; ready: boolean }) {
  const scan = useAction({
    run: () =>
      take(api.POST('/api/v1/accounts/{accountId}/pairing/scan', { params: { path: { accountId } } })),
    changes: [['pairing', accountId], ACCOUNTS],
  });
  return (
    <Stack align="center" gap="xs">
      <Button onClick={() => scan.mutate()} loading={scan.isPending} disabled={!ready}>
        Let a simulated phone scan it
      </Button>
      <Text size="sm" c="dimmed" ta="center">
        It gets a number that nobody has. With a real number you would scan the code with WhatsApp.
      </Text>
    </Stack>
  );
}
