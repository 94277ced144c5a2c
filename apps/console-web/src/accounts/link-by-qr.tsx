import { Alert, Button, Center, List, Loader, Stack, Text } from '@mantine/core';
import { QrCode } from './qr-code.js';
import type { Pairing } from './use-pairing.js';

interface LinkByQrProps {
  pairing: Pairing;
  sandbox: boolean;
  onAgain: () => void;
}

export function LinkByQr({ pairing, sandbox, onAgain }: LinkByQrProps) {
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
      <List type="ordered" size="sm" spacing={4}>
        <List.Item>Open WhatsApp on your phone.</List.Item>
        <List.Item>Go to Settings, then Linked devices, then Link a device.</List.Item>
        <List.Item>Point the phone at this code. It renews itself.</List.Item>
      </List>
      {sandbox && (
        <Text size="sm" c="dimmed">
          A simulated phone scans it through the sandbox’s control API: POST /pairings.
        </Text>
      )}
    </Stack>
  );
}
