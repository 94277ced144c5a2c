import { Alert, Button, Code, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Pairing } from './use-pairing.js';

interface LinkByCodeProps {
  pairing: Pairing;
  pending: boolean;
  onRequest: (phone: string) => void;
}

export function LinkByCode({ pairing, pending, onRequest }: LinkByCodeProps) {
  const [phone, setPhone] = useState('');
  const byCode = pairing.method === 'code';
  const over = byCode && (pairing.state === 'expired' || pairing.state === 'failed');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onRequest(phone);
      }}
    >
      <Stack>
        <TextInput
          label="The number of the phone"
          description="With the country, like +972 50 000 0001"
          type="tel"
          autoComplete="tel"
          required
          value={phone}
          onChange={(event) => setPhone(event.currentTarget.value)}
        />
        <Button type="submit" loading={pending}>
          {byCode && pairing.code ? 'Get another code' : 'Get a code'}
        </Button>
        {over && <Alert color="yellow">{pairing.detail ?? 'The code was not entered in time.'}</Alert>}
        {byCode && pairing.state === 'requested' && <Text c="dimmed">The code is being made …</Text>}
        {byCode && pairing.code && (
          <Stack align="center" gap="xs" role="status">
            <Text size="sm">
              On the phone: Linked devices, Link a device, “Link with phone number instead”, then enter
            </Text>
            <Code fz={28} fw={600} px="lg" py="sm" lts="0.15em" aria-label="Pairing code">
              {`${pairing.code.slice(0, 4)}-${pairing.code.slice(4)}`}
            </Code>
          </Stack>
        )}
      </Stack>
    </form>
  );
}
